from math import isfinite

from flask import abort, request
from markupsafe import escape


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> str:
[[ reads ]]    return [[ f ]]"<h1>[[ title ]]</h1>[[ paragraphs ]]"
