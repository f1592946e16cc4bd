import pytest

import app


@pytest.fixture(scope="session")
def testapp():
    app.app.config["TESTING"] = True
    return app.app.test_client()
