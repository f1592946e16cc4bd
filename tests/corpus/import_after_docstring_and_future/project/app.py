from flask import Flask

app = Flask(__name__)

import views  # noqa: E402, F401
