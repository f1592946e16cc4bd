from flask import Flask

from routes import register

app = Flask(__name__)
register(app)
