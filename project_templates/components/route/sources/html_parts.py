from math import isfinite

from flask import abort, request
from markupsafe import escape


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> str:
[[ reads ]]    answer = [[ f ]]"<h1>[[ title ]]</h1>[[ paragraphs ]]"
[[ optional_paragraphs ]][[ branch_paragraphs ]]    return answer
