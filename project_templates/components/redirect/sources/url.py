from uuid import UUID

from flask import redirect
from flask.typing import ResponseReturnValue


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> ResponseReturnValue:
    return redirect("[[ to ]]", [[ code ]])
