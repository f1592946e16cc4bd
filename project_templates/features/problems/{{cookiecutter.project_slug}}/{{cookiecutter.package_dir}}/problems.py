"""What the JSON APIs share: bodies that are read with care, and errors as problems."""

import json
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    UnprocessableEntity,
    default_exceptions,
)
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response


class InvalidFields(UnprocessableEntity):
    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("Some fields are unknown, missing or wrong.")
        self.errors = [{"field": name, "detail": why} for name, why in errors.items()]


def read_object() -> dict[str, Any]:
    """Return the JSON object that the client sent."""
    # A body that comes without its length is not refused at the limit, but cut there.
    limit = request.max_content_length
    if request.content_length is None and len(request.get_data()) == limit:
        abort(413)

    try:
        data = request.get_json()
    except (BadRequest, RecursionError):
        abort(400, "The body is not JSON, or it is nested too deeply.")
    if not isinstance(data, dict):
        abort(422, "The body must be a JSON object.")
    return data


def answer_with_problems(bp: Blueprint) -> None:
    """Answer every error at the blueprint's URLs as a problem, whatever is accepted."""
    # One by one: an app's handler of a code goes before a blueprint's of all codes.
    for code in default_exceptions:
        bp.register_error_handler(code, problem)

    # A URL or a method that no view has belongs to no blueprint: its handlers never see
    # that error.
    def unrouted() -> Response | None:
        error = request.routing_exception
        below = f"{request.path}/".startswith(f"{bp.url_prefix}/")
        if below and error and not isinstance(error, RequestRedirect):
            return problem(error)
        return None

    bp.before_app_request(unrouted)


def problem(error: HTTPException) -> Response:
    """Return an error as RFC 9457 has it."""
    details: dict[str, object] = {
        "type": "about:blank",
        "title": error.name,
        "status": error.code,
        "detail": error.description,
    }
    if isinstance(error, InvalidFields):
        details["errors"] = error.errors

    # Start from the error's own response: it has Allow, Retry-After and the like.
    response = error.get_response()
    response.content_type = "application/problem+json"
    response.data = json.dumps(details)
    return response
