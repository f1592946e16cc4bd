from flask import Flask


def _make(name):
    app = Flask(name)

    @app.route("/")
    def index():
        return "home"

    return app


def create_app():
    return _make("app")


def create_admin_app():
    return _make("admin")
