def test_nothing(app):
    assert app.testing
