import os; from flask import Flask; app = Flask(__name__); X = 1
@app.route("/")
def index(): x = "home"; return x
Y = 2; Z = 3
