import flask


def bring_up(testing=False):
    """Bring the shop up."""
    server = flask.Flask("shop")
    server.testing = testing

    @server.route("/")
    def index():
        return "home"

    return server
