from threading import Thread

from flask import Flask

app = Flask(__name__)


@app.route("/")
def home():
    return "alive"


def poll():
    pass


Thread(target=lambda: app.run(), daemon=True)
poll()
