from flask import Flask


def show_list():
    return "list"


app = Flask(__name__)
app.add_url_rule("/list", "show_list", show_list)
app.add_url_rule("/list/all", "all_of_it", show_list)
