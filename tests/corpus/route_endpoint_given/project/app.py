from flask import Flask

app = Flask(__name__)


@app.route("/things", endpoint="listing")
def things():
    return "things"
