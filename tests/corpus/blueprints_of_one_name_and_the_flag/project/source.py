from flask import Blueprint, Flask

app = Flask(__name__)
api = Blueprint("api", __name__)
app.register_blueprint(api)
