def test_home(testapp):
    assert testapp.get("/").status_code == 404
