from flask import (Flask, g, request,
                   url_for)

app = Flask(__name__)
used = g, request, url_for
