from flask import Flask

app = Flask(__name__)


@app.get("/about")
def about():
    return "about us"
