"""What servers and a bare `flask run` find: the app, made from the environment."""

from shop import create_app

app = create_app()
