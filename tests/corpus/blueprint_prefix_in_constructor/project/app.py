from flask import Blueprint, Flask

shop = Blueprint("shop", __name__, url_prefix="/shop")

app = Flask(__name__)
app.register_blueprint(shop)
