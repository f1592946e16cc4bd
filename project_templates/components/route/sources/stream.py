from collections.abc import Iterator
from itertools import chain
from math import isfinite

from flask import Response, abort, request


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
[[ reads ]][[ reads_end ]]    def generate() -> Iterator[str]:
        yield "[[ title ]]\n"
[[ lines ]][[ optional_lines ]]        yield "The end.\n"

    # The first chunk is made before the answer begins: an error there is still a page.
    chunks = generate()
    response = Response(chain([next(chunks)], chunks), mimetype="text/plain")
    # A proxy must hand each chunk on at once.
    response.headers["X-Accel-Buffering"] = "no"
    return response
