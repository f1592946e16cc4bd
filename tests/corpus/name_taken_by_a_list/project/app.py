from flask import Flask

app = Flask(__name__)
users = ["ada", "bob"]


@app.route("/count")
def count():
    return str(len(users))
