from flask import Flask

site = Flask(__name__)


@site.route("/")
def index():
    return "admin"
