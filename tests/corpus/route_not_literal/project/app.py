from flask import Flask

PREFIX = "/api/v1"


def rule(text):
    return PREFIX + text


app = Flask(__name__)


@app.route(f"{PREFIX}/a")
def a():
    return "a"


@app.route(rule("/b"))
def b():
    return "b"


@app.route("/c" + "/d", methods=["GET"] + ["POST"])
def c():
    return "c"
