from app.auth import bp as auth_blueprint


@auth_blueprint.route("/login")
def login():
    return "log in"
