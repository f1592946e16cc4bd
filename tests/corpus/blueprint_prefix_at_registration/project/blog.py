from flask import Blueprint

blog = Blueprint("blog", __name__, url_prefix="/x")


@blog.route("/")
def index():
    return "blog"
