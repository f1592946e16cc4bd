from flask import Blueprint

bp = Blueprint("users", __name__)


@bp.get("/users")
def index():
    return "all users"
