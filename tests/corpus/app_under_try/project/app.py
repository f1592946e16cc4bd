import sys

try:
  from flask import Flask, render_template
  app = Flask(__name__)

  @app.route("/")
  def index():
    return "home"
except ImportError:
  sys.exit("no flask")
