"""Make a Flask project, grow it, deploy it, prove it."""

__version__ = "0.1.0"
