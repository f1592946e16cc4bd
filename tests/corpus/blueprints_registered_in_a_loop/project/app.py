from flask import Flask

import groups
import users

app = Flask(__name__)
for blueprint in [users.bp, groups.bp]:
    app.register_blueprint(blueprint)
