"""Errors as pages of the site, or as JSON for a client that prefers it."""

from flask import json, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

PROBLEM = "application/problem+json"
# HTML comes first, because it is the answer to "*/*".
OFFERS = ["text/html", "application/json", PROBLEM]


def show(error: HTTPException) -> Response:
    """Answer with the page `errors/CODE.html`."""
    # Start from the error's own response: it has Allow, Retry-After and the like.
    response = error.get_response()
    response.vary.add("Accept")

    if request.accept_mimetypes.best_match(OFFERS, "text/html") != "text/html":
        response.content_type = PROBLEM
        problem = {"type": "about:blank", "title": error.name, "status": error.code}
        response.data = json.dumps(problem | {"detail": error.description})
    # With a host that is not trusted there are no URLs to put into our page.
    elif not isinstance(error, SecurityError):
        response.data = render_template(f"errors/{error.code}.html", error=error)

    return response
