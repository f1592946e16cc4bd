from flask import Flask


def serve(app):
    return app


def main():
    app = Flask(__name__)

    @app.route("/")
    def index():
        return "home"

    return serve(app)
