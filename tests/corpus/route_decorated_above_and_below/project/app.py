from functools import wraps

from flask import Flask

app = Flask(__name__)


def logged(view):
    @wraps(view)
    def inner(*args, **kwargs):
        return view(*args, **kwargs)

    return inner


@logged
# the old one
@app.route("/")
@app.route(
    "/start",
    strict_slashes=False,
)
@logged  # twice
def index():
    return "home"
    # the end of it


# What follows is for the shell.
def helper():
    pass
