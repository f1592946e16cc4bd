from flask import Flask
from werkzeug.routing import BaseConverter


class DateConverter(BaseConverter):
    regex = r"\d{4}-\d\d-\d\d"


def create_app():
    app = Flask(__name__)
    app.url_map.converters.update({"date": DateConverter})
    return app
