from flask import Blueprint, Flask

app = Flask(__name__)
main = Blueprint("main", __name__)
admin = Blueprint("admin", __name__)
