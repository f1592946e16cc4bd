from flask import Flask, g, \
    url_for  # links

app = Flask(__name__)
used = g, url_for
