from flask import Flask


def bring_up(settings=None):
    app = Flask(__name__)
    return app
