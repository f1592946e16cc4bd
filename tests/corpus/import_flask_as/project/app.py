import flask as fl

app = fl.Flask(__name__)
