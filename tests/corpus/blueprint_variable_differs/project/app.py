from flask import Flask

import other
import pages

app = Flask(__name__)
app.register_blueprint(pages.mod)
app.register_blueprint(other.site)
