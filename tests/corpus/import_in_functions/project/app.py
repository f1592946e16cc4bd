def make():
    from flask import Flask, render_template

    assert render_template
    return Flask(__name__)


app = make()


@app.route("/")
def index():
    from flask import render_template, render_template_string

    assert render_template
    return render_template_string("home")
