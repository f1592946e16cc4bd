from flask import Response, send_from_directory


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
    return send_from_directory("static", "[[ name ]].txt", as_attachment=True)
