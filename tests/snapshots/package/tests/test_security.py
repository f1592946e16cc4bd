from collections.abc import Callable

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", ["/", "/none", "/healthz", "/static/style.css"])
def test_every_response_has_the_security_headers(
    client: FlaskClient, path: str
) -> None:
    with client.get(path) as response:
        headers = response.headers

    assert headers["Content-Security-Policy"].split("; ") == [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_a_view_can_decide_otherwise(app: Flask) -> None:
    @app.get("/framed")
    def framed() -> Response:
        return Response(headers={"X-Frame-Options": "SAMEORIGIN"})

    response = app.test_client().get("/framed")

    assert response.headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]


def test_only_https_is_made_to_last(client: FlaskClient) -> None:
    header = "Strict-Transport-Security"

    assert header not in client.get("/").headers
    assert header in client.get("/", base_url="https://localhost").headers


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Forwarded-Prefix", "//evil.example"),
        ("X-Forwarded-Prefix", "/\\evil.example"),
        ("X-Forwarded-Prefix", "/\t/evil.example"),
        ("X-Forwarded-Prefix", "https://evil.example"),
        ("X-Forwarded-Proto", "javascript"),
    ],
)
def test_no_header_makes_the_links_lead_elsewhere(
    start: Callable[..., Flask], header: str, value: str
) -> None:
    response = start(PROXY_HOPS="1").test_client().get("/", headers={header: value})

    assert response.status_code == 400
    assert value not in response.text


FORWARDED = {
    "X-Forwarded-For": "203.0.113.1, 203.0.113.2, 203.0.113.3",
    "X-Forwarded-Host": "example.com",
    "X-Forwarded-Prefix": "/prefix",
    "X-Forwarded-Proto": "https",
}


@pytest.mark.parametrize(
    ("hops", "seen"),
    [
        ("", "127.0.0.1 http://localhost/"),
        ("0", "127.0.0.1 http://localhost/"),
        ("1", "203.0.113.3 https://example.com/prefix/"),
        ("2", "203.0.113.2 https://example.com/prefix/"),
    ],
)
def test_exactly_as_many_proxies_are_believed_as_there_are(
    start: Callable[..., Flask], hops: str, seen: str
) -> None:
    app = start(PROXY_HOPS=hops, TRUSTED_HOSTS="localhost,example.com")

    @app.get("/seen")
    def show() -> str:
        return f"{request.remote_addr} {request.url_root}"

    assert app.test_client().get("/seen", headers=FORWARDED).text == seen
