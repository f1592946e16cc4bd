from flask import Blueprint, Flask

docs = Blueprint(
    "docs",
    __name__,
    url_prefix="/docs",
    static_folder="docs_static",
    template_folder="docs_pages",
)

app = Flask(__name__)
app.register_blueprint(docs)
