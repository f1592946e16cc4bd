from flask import Flask

from source_app import main

app = Flask(__name__)
app.register_blueprint(main.make_blueprint({"name": "SecureDrop"}))
