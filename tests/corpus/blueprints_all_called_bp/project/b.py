from flask import Blueprint

bp = Blueprint("b", __name__)
