"""Every error in the look of the site, or as JSON for a client that prefers it."""

from flask import Flask, json, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

PROBLEM = "application/problem+json"
OFFERS = ["text/html", "application/json", PROBLEM]


def init_app(app: Flask) -> None:
    # An exception that nobody handled comes here as a 500, its traceback logged.
    app.register_error_handler(HTTPException, error_response)


def error_response(error: HTTPException) -> Response:
    # Start from the error's own response: it has Allow, Retry-After and the like.
    response = error.get_response()
    response.vary.add("Accept")

    if prefers_json():
        response.content_type = PROBLEM
        problem = {"type": "about:blank", "title": error.name, "status": error.code}
        response.data = json.dumps(problem | {"detail": error.description})
    # With a host that is not trusted there are no URLs to put into our page.
    elif not isinstance(error, SecurityError):
        response.data = render_template(
            [f"errors/{error.code}.html", "error.html"], error=error
        )

    return response


def prefers_json() -> bool:
    # HTML comes first in the offers, because it is the answer to "*/*".
    best = request.accept_mimetypes.best_match(OFFERS, default="text/html")
    return best != "text/html"
