from flask import Response, send_from_directory


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
    # As an attachment, a browser saves it and does not show it.
    return send_from_directory("[[ static_folder ]]", "[[ file ]].txt", as_attachment=True)
