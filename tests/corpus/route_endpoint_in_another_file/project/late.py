from app import app


@app.route("/us")
def about():
    return "us"
