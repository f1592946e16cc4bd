from flask import Flask


def make_it(name, debug=False):
    application = Flask(name)
    application.debug = debug
    return application
