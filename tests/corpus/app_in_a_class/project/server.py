from flask import Flask, render_template


class Server:
    def __init__(self):
        self.app = Flask(__name__)

        @self.app.route("/")
        def index():
            return "home"

    def start(self):
        self.app.run()
