from flask import Response, send_from_directory


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
    # Beside the app; an attachment is what a browser saves to the disk.
    return send_from_directory("[[ static_folder ]]", "[[ file ]]", as_attachment=True)
