from uuid import UUID

from flask import render_template


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> str:
    return render_template("[[ template ]]"[[ keywords ]])
