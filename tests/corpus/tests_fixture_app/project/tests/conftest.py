import pytest

from shop import create_app


@pytest.fixture(name="app")
def make_app():
    return create_app({"TESTING": True})
