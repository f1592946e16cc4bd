from flask import Flask, render_template

from site_.views import bp

app = Flask(__name__)
app.register_blueprint(bp)


@app.route("/about")
def about():
    return render_template("about.html")
