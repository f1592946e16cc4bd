import os

from flask import Flask

if os.environ.get("NO_STATIC"):
    app = Flask(__name__, static_folder=None)
else:
    app = Flask(__name__)
