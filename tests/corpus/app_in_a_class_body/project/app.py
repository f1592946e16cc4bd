import flask


class Site:
    app = flask.Flask(__name__)

    @app.route("/")
    def index():
        return "home"
