from flask import Flask

app = Flask(__name__)


def main():
    app.run()


@app.route("/late")
def late():
    return "late"


if __name__ == "__main__":
    main()
