from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)


@app.route("/")
def index():
    return "home"


app = ProxyFix(app)
