from flask import Flask

app = None


def init():
    global app
    app = Flask(__name__)

    @app.route("/")
    def index():
        return "home"

    return app
