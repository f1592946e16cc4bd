from flask import Flask

app = Flask(__name__)


# Only for development.
if __name__ == '__main__': app.run(debug=True)
