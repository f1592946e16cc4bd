from flask import (  # the framework
    Blueprint,
    Flask,  # the app
    # and what it needs
    url_for  # links
)

app = Flask(__name__)
bp = Blueprint("x", __name__), url_for
