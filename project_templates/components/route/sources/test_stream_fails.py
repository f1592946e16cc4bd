from typing import NoReturn

import pytest
from flask.testing import FlaskClient


def test_[[ case ]]_fails_as_a_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(chunks: object) -> NoReturn:
        raise RuntimeError

    views = client.application.view_functions
    monkeypatch.setitem(views["[[ endpoint ]]"].__globals__, "next", fail)
    monkeypatch.setitem(client.application.config, "PROPAGATE_EXCEPTIONS", False)

    response = client.[[ method ]]("[[ url ]]")

    assert response.status_code == 500
    assert "Internal Server Error" in response.text
