from flask import Flask  # noqa: F401 because of reasons

app = Flask(__name__)
