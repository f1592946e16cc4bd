@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> tuple[str, int]:
    return "", 204
