from flask import Flask

import a
import b

app = Flask(__name__)
app.register_blueprint(a.bp, url_prefix="/a")
app.register_blueprint(b.bp, url_prefix="/b")
