from functools import partial

from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("x")


def themed(name, **values):
    return "theme"


render_template = partial(themed, dark=True)
