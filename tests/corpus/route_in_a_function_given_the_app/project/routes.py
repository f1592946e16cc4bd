import typing

if typing.TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask"):
    @app.route("/")
    def index():
        return "home"
