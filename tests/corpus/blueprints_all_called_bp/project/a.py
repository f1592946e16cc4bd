from flask import Blueprint

bp = Blueprint("a", __name__)
