from uuid import UUID

from markupsafe import escape


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> str:
    return [[ f ]]"<h1>[[ title ]]</h1>[[ escaped ]]"
