from flask import Flask

import a
import b

app = Flask(__name__)
app.register_blueprint(a.bp)
app.register_blueprint(b.bp)
