from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "home"


with app.test_client() as client:
    assert client.get("/").text == "home"
