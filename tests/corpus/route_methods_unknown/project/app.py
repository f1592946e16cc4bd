from flask import Flask

METHODS = ["GET"]

app = Flask(__name__)


@app.route("/things", methods=METHODS)
def things():
    return "things"
