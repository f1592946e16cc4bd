from flask import Flask, render_template
app = Flask(__name__)

@app.route("/")
def index():
  return "home"

@app.route("/b")
def b():
  return "b"
