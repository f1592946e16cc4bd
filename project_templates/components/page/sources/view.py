from uuid import UUID

from flask import render_template


@bp.get("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> str:
    return render_template("[[ template ]]"[[ keywords ]])
