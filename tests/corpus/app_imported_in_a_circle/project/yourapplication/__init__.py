from flask import Flask

app = Flask(__name__)

import yourapplication.views  # noqa: E402, F401
