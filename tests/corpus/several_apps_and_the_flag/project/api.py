from flask import Flask

api = Flask(__name__)


@api.route("/about")
def about():
    return "the API"
