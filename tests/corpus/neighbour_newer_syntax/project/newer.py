from flask import Blueprint

bp = Blueprint("newer", __name__)


def first[T](items: list[T]) -> T:
    return f"{", ".join(items)}"
