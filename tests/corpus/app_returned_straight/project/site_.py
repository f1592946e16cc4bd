import boot

web = boot.start(__name__)


@web.route("/")
def index():
    return "home"
