from flask import Flask

from blog import blog

app = Flask(__name__)


@app.url_value_preprocessor
def take_language(endpoint, values):
    if values:
        values.pop("lang", None)


app.register_blueprint(blog, url_prefix="/<lang>/blog")
