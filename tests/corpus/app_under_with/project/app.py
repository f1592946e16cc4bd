import contextlib

from flask import Flask

with contextlib.suppress(OSError):
    app = Flask(__name__)
    app.config["A"] = 1
