from factory import make_it

application = make_it("wsgi")


@application.route("/")
def index():
    return "home"
