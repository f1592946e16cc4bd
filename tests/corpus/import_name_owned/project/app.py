from flask import Flask

app = Flask(__name__)


def render_template(name):
    return "mine"


@app.route("/")
def index():
    return render_template("x")
