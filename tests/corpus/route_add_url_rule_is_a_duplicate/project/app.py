from flask import Flask

app = Flask(__name__)


def show(event_id):
    return str(event_id)

app.add_url_rule("/event/<int:event_id>", endpoint="event", view_func=show)
