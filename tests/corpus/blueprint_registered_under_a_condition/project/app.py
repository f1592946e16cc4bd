from flask import Blueprint, Flask

app = Flask(__name__)
tools = Blueprint("tools", __name__)


@tools.route("/")
def index():
    return "tools"


if not app.config.get("BARE"):
    app.register_blueprint(tools, url_prefix="/tools")
