from math import isfinite

from flask import Response, abort, request


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
[[ reads ]]    return Response([[ f ]]"[[ title ]][[ words ]]\n", mimetype="text/plain")
