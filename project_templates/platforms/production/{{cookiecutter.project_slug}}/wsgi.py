"""What servers run: the app, made by its factory."""

from {{cookiecutter.factory_module}} import {{cookiecutter.factory_name}}

app = {{cookiecutter.factory_name}}()
