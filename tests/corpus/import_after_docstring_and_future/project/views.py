"""The views.

They are few.
"""
from __future__ import annotations

from app import app


@app.route("/")
def index() -> str:
    """Say it."""
    return "home"


@app.route("/b")
def b() -> str:
    """Say it."""
    return "b"
