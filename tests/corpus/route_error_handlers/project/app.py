from flask import Flask

app = Flask(__name__)


@app.errorhandler(404)
def not_found(error):
    return "not here", 404


@app.before_request
def before():
    return None
