from urllib.parse import quote
from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> ResponseReturnValue:
    # The path is the site's own, so it begins where the app is mounted.
    return redirect(f"{request.script_root}[[ to_text ]]", [[ code ]])
