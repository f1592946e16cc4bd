{%- set extensions = namespace(all=[]) %}
{%- for extension in cookiecutter.extensions.split(",") | map("trim") | map("lower") | unique | sort %}
{%- set extensions.all = extensions.all + ['".' ~ extension.lstrip(".") ~ '"'] %}
{%- endfor %}
{%- set number = cookiecutter.limit.rstrip("kKmMgGiIbB") %}
{%- set unit = cookiecutter.limit[number | length :] | lower | first | default("") -%}

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

from {{cookiecutter.sibling}}extensions import csrf

bp = Blueprint("{{cookiecutter.module}}", __name__)

# Below the instance folder.
FOLDER = "uploads/{{cookiecutter.slug}}"
EXTENSIONS = [{{ extensions.all | join(", ") }}]
# Bytes of a whole request. It replaces MAX_CONTENT_LENGTH here, smaller or larger; a
# proxy in front has a limit of its own.
LIMIT = {{ number }}{{ " * 1024" * "bkmg".index(unit or "b") }}


@bp.before_request
def limit_request() -> None:
    # Before the token is checked, because that reads the request.
    request.max_content_length = LIMIT


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
