from uuid import UUID


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> dict[str, object]:
    return {"title": "[[ title ]]"[[ items ]]}
