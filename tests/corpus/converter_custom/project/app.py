from flask import Flask

from converters import ListConverter

app = Flask(__name__)
app.url_map.converters["list"] = ListConverter
