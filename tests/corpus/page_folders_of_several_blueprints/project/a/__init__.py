from flask import Blueprint

bp = Blueprint("a", __name__, template_folder="pages")
