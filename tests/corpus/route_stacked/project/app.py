from flask import Flask

app = Flask(__name__)


@app.route("/", endpoint="start")
@app.route("/index", endpoint="home")
def index():
    return "home"
