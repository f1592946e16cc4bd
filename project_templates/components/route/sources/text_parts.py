from math import isfinite

from flask import Response, abort, request


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
[[ reads ]]    answer = [[ f ]]"[[ title ]][[ words ]]"
[[ optional_words ]][[ branch_words ]]    return Response(f"{answer}\n", mimetype="text/plain")
