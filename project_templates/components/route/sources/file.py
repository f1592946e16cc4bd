from flask import Response, send_from_directory


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
    # The folder is taken from where the app is; a browser saves the file by its name.
    return send_from_directory("[[ static_folder ]]", "[[ file ]]", as_attachment=True)
