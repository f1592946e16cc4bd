"""Checks 14, 18 and 19: pages without a body, errors, long headers, odd paths, and files."""

from tests.end_to_end.deploy import probing
from tests.end_to_end.deploy.bodies import is_of_the_app
from tests.end_to_end.deploy.deployments import Booted
from tests.end_to_end.deploy.registry import PROXY, check

STYLE = "/static/style.css"
# What is sent, and what a view must find in PATH_INFO.
PATHS = {
    "a%2Fb": "a/b",
    "%C3%A9": "é",
    "a%20b": "a b",
    "a//b": "a//b",
    "a%252Fb": "a%2Fb",
    "a;b=1": "a;b=1",
}
# All that would be a file beside the folder, if it were one.
OUTSIDE = [
    "/static../{}",
    "/static/%2e%2e/{}",
    "/static/..%2f{}",
    "/static/../{}",
    "/static//../{}",
    "/static/%2e%2e%2f{}",
]


@check(18)
def answers_without_a_body_are_whole(booted: Booted) -> None:
    """A server that makes an error of every answer without a body."""
    client = booted.client
    assert client.ask("/", method="HEAD").status == 200
    assert client.ask("/hello", method="HEAD").status == 200
    assert client.ask("/empty").status == 204
    assert client.ask("/same").status == 304
    with client.open() as connection:
        # The next request on the same connection finds nothing left of the one before.
        for path, status in [("/empty", 204), ("/same", 304), ("/hello", 200)]:
            answer = client.again(connection, path)
            assert answer.status == status, f"{path} gave {answer.status}"
            if answer.header("Connection").lower() == "close" or not booted.keeps_connections:
                break


@check(18)
def errors_are_the_pages_of_the_app(booted: Booted) -> None:
    """A proxy or a server that puts a page of its own in place of the app's."""
    for path, status in [("/nowhere", 404), ("/fail", 500)]:
        answer = booted.client.ask(path)
        assert answer.status == status, f"{path} gave {answer.status}"
        assert is_of_the_app(answer), f"the page for {status} is not the app's: {answer.text[:200]}"
        assert "Traceback" not in answer.text


@check(18)
def long_headers_pass(booted: Booted) -> None:
    """A buffer that is smaller than the cookies of a busy site."""
    answer = booted.client.ask("/length", {"X-Long": "x" * 7500})
    assert (answer.status, answer.text) == (200, '{"length":7500}\n'), f"{answer.status} {answer.text[:100]}"


@check(19)
def paths_reach_the_view_unchanged(booted: Booted) -> None:
    """A path that is decoded twice, or merged, or cut, on its way to the view."""
    inexact = booted.facts.get("inexact_paths", []) if booted.proxy else booted.facts.get("inexact_paths_alone", [])
    wrong = {}
    for sent, found in PATHS.items():
        answer = booted.client.ask(f"/path/{sent}?q=%2F+a&b=%C3%A9")
        told = answer.json() if answer.status == 200 else {"path": str(answer.status)}
        if told != {"path": f"/path/{found}", "query": "q=%2F+a&b=%C3%A9"}:
            wrong[sent] = told
    assert sorted(wrong) == sorted(inexact), wrong or f"said to be inexact, and are not: {inexact}"


@check(14)
def files_are_served_for_long(booted: Booted) -> None:
    """Files that browsers ask for again with every page, or that the app has to serve beside a proxy that can."""
    url = str(booted.client.ask("/who").json()["static"])
    answer = booted.client.below("").ask(url)
    assert (answer.status, answer.headers.get_content_type()) == (200, "text/css")
    assert "max-age=31536000" in answer.header("Cache-Control"), answer.header("Cache-Control")
    if booted.proxy and booted.facts.get("serves_static"):
        assert not is_of_the_app(answer), "the app served it"


@check(14)
def nothing_beside_the_files_is_served(booted: Booted) -> None:
    """A way out of the folder of files, to the code and the keys."""
    assert booted.client.ask(STYLE).status == 200
    for pattern in OUTSIDE:
        for name in (probing.RELEASE, probing.MODULE, "wsgi.py", "app.py", "deploy/production.env"):
            answer = booted.client.send(booted.client.head(pattern.format(name), "Connection: close"))
            assert answer.status != 200, f"{pattern.format(name)} gave {answer.text[:100]}"
            assert probing.FIRST_RELEASE not in answer.text


@check(14, PROXY)
def a_missing_file_is_not_found(booted: Booted) -> None:
    """A missing file that is answered as if it were there."""
    assert booted.client.ask("/static/none.css").status == 404
    assert booted.client.ask("/static/").status in (403, 404)
