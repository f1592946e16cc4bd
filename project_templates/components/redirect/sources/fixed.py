from urllib.parse import quote
from uuid import UUID

from flask import redirect, request
from werkzeug.wrappers import Response


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
    # The path is the site's own, so it begins where the app is mounted.
    return redirect(f"{request.script_root}[[ to_text ]]", [[ code ]])
