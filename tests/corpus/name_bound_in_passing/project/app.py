import os

from flask import Flask

app = Flask(__name__)

if hops := os.environ.get("HOPS"):
    app.config["HOPS"] = int(hops)

try:
    app.config["MAIL"] = os.environ["MAIL"]
except KeyError as missing:
    app.logger.warning("no %s", missing)

match os.environ.get("MODE", "plain").split():
    case ["plain"]:
        pass
    case [mode, *more]:
        app.config["MODE"] = (mode, more)


@app.route("/")
def index():
    return "index"
