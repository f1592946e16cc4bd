from flask import Flask

app = Flask(__name__)


@app.route("/user/<name>/posts")
def posts(name):
    return name
