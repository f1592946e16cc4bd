from math import isfinite

from flask import abort, render_template, request


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> str:
[[ reads ]]    return render_template("[[ template ]]"[[ keywords ]])
