import pytest
from flask.testing import FlaskClient

from [[ app_module ]] import [[ app_name ]]


@pytest.fixture
def client() -> FlaskClient:
    return [[ app_expression ]].test_client()
