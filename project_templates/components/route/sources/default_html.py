from flask.testing import FlaskClient


def test_[[ case ]]_uses_its_defaults(client: FlaskClient) -> None:
    urls = [[ urls ]]
    expected = "<h1>[[ title ]]</h1>[[ shown_paragraphs ]][[ shown_notice ]]"

    for url in urls:
        response = client.[[ method ]](url)

        assert response.status_code == 200
        assert response.text == expected
