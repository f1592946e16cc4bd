from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> ResponseReturnValue:
    target = url_for("[[ to ]]"[[ passed_on ]])
    # Put behind the URL, and never into url_for, where it could say `_external`.
    query = request.query_string.decode("latin-1")
    return redirect(f"{target}?{query}" if query else target, [[ code ]])
