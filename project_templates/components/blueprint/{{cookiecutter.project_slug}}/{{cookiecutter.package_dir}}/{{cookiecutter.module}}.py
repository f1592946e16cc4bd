from flask import Blueprint, render_template

bp = Blueprint("{{cookiecutter.module}}", __name__, url_prefix="{{cookiecutter.url_prefix}}")


@bp.get("/")
def index() -> str:
    return render_template("{{cookiecutter.module}}/index.html")
