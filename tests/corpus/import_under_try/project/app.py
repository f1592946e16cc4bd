"""An app."""

try:
    from flask import Flask
except ImportError:
    Flask = None

app = Flask(__name__)
