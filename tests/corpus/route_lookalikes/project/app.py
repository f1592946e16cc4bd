from flask import Flask


class Cache:
    def get(self, key):
        return lambda view: view


cache = Cache()
app = Flask(__name__)


@app.route("/")
@cache.get("/about")
def index():
    return "home"


@cache.get("/about")
def hidden():
    return "hidden"
