from flask import Flask

app = Flask(__name__)


@app.route("/")
async def index():
    return "home"


async def later():
    return 1
