from flask import *

app = Flask(__name__)
