{% if cookiecutter.deferred -%}
"""The visitor's language: as the browser asks for it, and then remembered."""

from flask import Flask, Response, after_this_request, current_app, g, request

# The languages of the site. The first one is the default.
LANGUAGES = [
{{cookiecutter.value_lines}}]
YEAR = 365 * 24 * 60 * 60


def init_app(app: Flask) -> None:
    app.before_request(remember)


def remember() -> None:
    # Anybody can write anything into a cookie.
    held = request.cookies.get("{{cookiecutter.name}}")
    if held in LANGUAGES:
        g.{{cookiecutter.module}} = held
        return

    g.{{cookiecutter.module}} = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
    # With the first page, and not with a static file, a form or an unknown URL, which
    # has no endpoint.
    endpoint = (request.endpoint or "static").rpartition(".")[2]
    if request.method == "GET" and endpoint != "static":
        after_this_request(set_cookie)


def set_cookie(response: Response) -> Response:
    # It is sent where the session's cookie is: below the same path, and over HTTPS only
    # when that one is.
    session = current_app.session_interface
    response.set_cookie(
        "{{cookiecutter.name}}",
        g.{{cookiecutter.module}},
        max_age=YEAR,
        path=session.get_cookie_path(current_app),
        secure=session.get_cookie_secure(current_app),
        httponly=True,
        samesite="Lax",
    )
    # No cache may give the language of one visitor to another.
    response.vary.update(["Accept-Language", "Cookie"])
    return response
{%- else -%}
"""What a visitor chose, kept in a cookie on the visitor's own device."""

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from {{cookiecutter.sibling}}extensions import csrf

bp = Blueprint("{{cookiecutter.module}}", __name__)
# No other site can send the form in the name of a visitor.
bp.before_request(csrf.protect)

# What there is to choose from, and its name on the page. The first one is the default.
CHOICES = {
{{cookiecutter.choice_lines}}}
YEAR = 365 * 24 * 60 * 60


@bp.get("/{{cookiecutter.slug}}")
def show() -> str:
    return render_template("{{cookiecutter.module}}.html", choices=CHOICES, chosen=chosen())


@bp.post("/{{cookiecutter.slug}}")
def save() -> Response:
    value = request.form["{{cookiecutter.module}}"]
    if value not in CHOICES:
        abort(400, "Choose one of the values on the page.")

    response = make_response(redirect(url_for(".show"), 303))
    # It is sent where the session's cookie is: below the same path, and over HTTPS only
    # when that one is.
    session = current_app.session_interface
    response.set_cookie(
        "{{cookiecutter.name}}",
        value,
        max_age=YEAR,
        path=session.get_cookie_path(current_app),
        secure=session.get_cookie_secure(current_app),
        httponly=True,
        samesite="Lax",
    )
    return response


def chosen() -> str:
    # Anybody can write anything into a cookie.
    value = request.cookies.get("{{cookiecutter.name}}", "")
    return value if value in CHOICES else next(iter(CHOICES))
{%- endif %}
