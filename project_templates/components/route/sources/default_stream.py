from flask.testing import FlaskClient


def test_[[ case ]]_uses_its_defaults(client: FlaskClient) -> None:
    urls = [[ urls ]]
    expected = ["[[ title ]]"[[ shown_texts ]][[ shown_notice_text ]], "The end."]

    for url in urls:
        response = client.[[ method ]](url)

        assert response.status_code == 200
        assert response.text.splitlines() == expected
