from flask import Flask
from flask.views import MethodView

app = Flask(__name__)


class UserAPI(MethodView):
    def get(self):
        return []


app.add_url_rule("/users", view_func=UserAPI.as_view("people"), methods=["GET", "POST"])
