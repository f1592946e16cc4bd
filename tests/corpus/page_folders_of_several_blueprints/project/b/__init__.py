from flask import Blueprint

bp = Blueprint("b", __name__, template_folder="pages")
