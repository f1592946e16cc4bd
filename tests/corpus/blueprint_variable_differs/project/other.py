from flask import Blueprint

site = Blueprint("other", __name__)


@site.route("/other")
def index():
    return "other"
