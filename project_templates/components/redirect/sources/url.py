from uuid import UUID

from flask import redirect
from werkzeug.wrappers import Response


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
    return redirect("[[ to ]]", [[ code ]])
