from flask import Flask


def create_app(worker=False):
    app = Flask(__name__)

    @app.route("/")
    def index():
        return "home"

    if app.config.get("BARE"):
        return app

    @app.route("/b")
    def b():
        return "b"

    if worker:
        return None
    return app
