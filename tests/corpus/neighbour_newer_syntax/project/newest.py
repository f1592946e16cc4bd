from flask import Blueprint

bp = Blueprint("newest", __name__)
unless True:
    pass
