from flask import Blueprint, render_template

bp = Blueprint("pages", __name__)


@bp.get("/")
def index() -> str:
    return render_template("index.html")


@bp.get("/user/<username>")
def user(username: str) -> str:
    return render_template("user.html", username=username)


@bp.get("/post/<int:post_id>")
def post(post_id: int) -> str:
    return render_template("post.html", post_id=post_id)


@bp.post("/post/<int:post_id>")
def post_create(post_id: int) -> str:
    return render_template("post.html", post_id=post_id)
