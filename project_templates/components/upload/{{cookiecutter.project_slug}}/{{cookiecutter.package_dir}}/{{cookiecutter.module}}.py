{#- The names that are asked for below do not exist: naming one is how a file refuses an answer. #}
{%- set extensions = namespace(all=[]) %}
{%- for extension in cookiecutter.extensions.lower().split(",") %}
{%- set extension = extension.strip().lstrip(".") %}
{%- if not extension.isalnum() or not extension.isascii() %}{{ cookiecutter["--extensions jpg,pdf,png"] }}{% endif %}
{%- set extensions.all = extensions.all + ['".' ~ extension ~ '"'] %}
{%- endfor %}
{%- set number = cookiecutter.limit.lower().rstrip("bkmg") %}
{%- set unit = cookiecutter.limit.lower()[number | length :].removesuffix("b") %}
{%- if not number.isdigit() or not number | int or unit not in ["", "k", "m", "g"] %}{{ cookiecutter["--limit 5M"] }}{% endif -%}

import secrets
from os.path import splitext
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug import Response as BaseResponse
from werkzeug.utils import secure_filename
from werkzeug.wsgi import LimitedStream

from {{cookiecutter.sibling}}extensions import csrf

bp = Blueprint("{{cookiecutter.module}}", __name__)

# Below the instance folder.
FOLDER = "uploads/{{cookiecutter.slug}}"
EXTENSIONS = [{{ extensions.all | unique | sort | join(", ") }}]
# Bytes of a whole request. It replaces MAX_CONTENT_LENGTH here, smaller or larger; a
# proxy in front has a limit of its own.
LIMIT = {{ number | int }}{{ " * 1024" * ["", "k", "m", "g"].index(unit) }}


@bp.before_request
def limit_request() -> None:
    # Before the token is checked, because that reads the request.
    request.max_content_length = LIMIT
    size = request.content_length or 0
    # What is refused is read all the same, as far as other pages would: a proxy that
    # is still sending when the connection ends shows an error of its own.
    if LIMIT < size <= (current_app.config["MAX_CONTENT_LENGTH"] or 16 * 1024 * 1024):
        stream = LimitedStream(request.environ["wsgi.input"], size)
        while stream.read(64 * 1024):
            pass


# A page of another site does not know the token, so it cannot post for a visitor.
bp.before_request(csrf.protect)


@bp.get("/{{cookiecutter.slug}}")
def show() -> str:
    return page()


@bp.post("/{{cookiecutter.slug}}")
def upload() -> BaseResponse | tuple[str, int]:
    file = request.files.get("file")
    if file is None or not file.filename:
        return page("Choose a file."), 422

    stem, extension = splitext(file.filename)
    if extension.lower() not in EXTENSIONS:
        return page("Choose a file of one of these types."), 422

    # The random part keeps files of one name apart; "x" refuses to overwrite one.
    stem = secure_filename(stem)[:100] or "file"
    name = f"{stem}-{secrets.token_hex(8)}{extension.lower()}"
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / name).open("xb") as target:
        file.save(target)

    flash(f"Saved as {name}.", "success")
    return redirect(url_for("{{cookiecutter.module}}.show"), 303)


@bp.get("/{{cookiecutter.slug}}/<name>")
def download(name: str) -> Response:
    response = send_from_directory(folder(), name, as_attachment=True)
    # Whatever a visitor sent, it never runs as a page of this site.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def folder() -> Path:
    return Path(current_app.instance_path, FOLDER)


def page(problem: str = "") -> str:
    return render_template(
        "{{cookiecutter.module}}.html",
        extensions=EXTENSIONS,
        limit=LIMIT,
        names=sorted(path.name for path in folder().glob("*")),
        problem=problem,
    )
