from flask import Flask

from admin import bp

app = Flask(__name__)
app.register_blueprint(bp, url_prefix="/admin")


@app.route("/admin/users")
def users():
    return "users"
