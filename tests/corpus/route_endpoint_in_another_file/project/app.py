from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "home"


@app.route("/b")
def b():
    return "b"


import late  # noqa: E402, F401
