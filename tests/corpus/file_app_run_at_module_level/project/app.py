from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return "home"


app.run(host="0.0.0.0")
print("bye")
