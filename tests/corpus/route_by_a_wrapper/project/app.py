from flask import Flask

app = Flask(__name__)


def routed(rule, **options):
    return app.route("/t" + rule, **options)


@routed("/a")
def a():
    return "a"
