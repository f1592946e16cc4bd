from flask import Flask

app = Flask(__name__)


@app.route("/user/<name>")
def user(name):
    return name


@app.route("/user/<float:year>")
def year(year):
    return str(year)
