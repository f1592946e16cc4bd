import flask


def create_app():
    app = flask.Flask(__name__)
    import app.auth.views as views

    app.register_blueprint(views.auth_blueprint, url_prefix="/auth")
    return app
