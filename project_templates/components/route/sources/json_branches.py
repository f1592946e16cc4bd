from math import isfinite

from flask import abort, request


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> dict[str, object]:
[[ reads ]]    answer: dict[str, object] = {[[ items ]]}
[[ branch_items ]]    return answer
