from uuid import UUID

from flask import Response


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
    return Response([[ f ]]"[[ title ]][[ plain ]]\n", mimetype="text/plain")
