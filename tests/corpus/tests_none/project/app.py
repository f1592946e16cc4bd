"""An app that is not tested."""
import flask

app = flask.Flask(__name__)
