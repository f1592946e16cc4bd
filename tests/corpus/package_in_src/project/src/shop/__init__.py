from flask import Flask


def create_app() -> Flask:
    from shop.pages import bp

    app = Flask(__name__)
    app.register_blueprint(bp)
    return app
