from flask import Blueprint


def make_blueprint(config):
    view = Blueprint('main', __name__)

    @view.route('/')
    def index():
        return 'home of ' + config["name"]

    return view
