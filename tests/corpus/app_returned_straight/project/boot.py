from flask import Flask


def start(name):
    """Start it."""
    return Flask(name)
