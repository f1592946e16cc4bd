"""Checks 14, 18 and 19: pages without a body, errors, long headers, odd paths, and files."""

import mimetypes

from scaffold.proof import probing
from scaffold.proof.checks.registry import check
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.probing import is_of_the_app, view
from scaffold.proof.unmet import need

# What is sent, and what a view must find in PATH_INFO.
PATHS = {
    "a%2Fb": "a/b",
    "%C3%A9": "é",
    "a%20b": "a b",
    "a//b": "a//b",
    "a%252Fb": "a%2Fb",
    "a;b=1": "a;b=1",
}
# Ways out of the folder of files, to what would be a file beside it.
OUTSIDE = ["../{}", "/%2e%2e/{}", "/..%2f{}", "/../{}", "//../{}", "/%2e%2e%2f{}"]
BESIDE = (probing.RELEASE, probing.MODULE, "wsgi.py", "app.py", ".env", "deploy/production.env")
YEAR = "max-age=31536000"


def has_files(deployment: Deployment) -> bool:
    """Tell whether the project has files of its own to serve."""
    return deployment.has_files


@check(18)
def answers_without_a_body_are_whole(booted: Booted) -> None:
    """A server that makes an error of every answer without a body."""
    client = booted.client
    asked = [("HEAD", "/hello", 200), ("GET", "/empty", 204), ("GET", "/same", 304)]
    for method, path, status in asked:
        answer = client.ask(view(path), method=method)
        need(answer.status == status, str(status), f"{path} gave {answer}")
    with client.open() as connection:
        # The next request on the same connection finds nothing left of the one before.
        for path, status in [("/empty", 204), ("/same", 304), ("/hello", 200)]:
            answer = client.again(connection, view(path))
            need(answer.status == status, str(status), f"{path} gave {answer}")
            if answer.header("Connection").lower() == "close" or not booted.keeps_connections:
                break


@check(18)
def errors_are_the_pages_of_the_app(booted: Booted) -> None:
    """A proxy or a server that puts a page of its own in place of the app's."""
    for path, status in [("/missing", 404), ("/fail", 500)]:
        answer = booted.client.ask(view(path))
        need(answer.status == status, str(status), f"{path} gave {answer}")
        need(is_of_the_app(answer), f"the app's page for {status}", f"another: {answer}")
        need("Traceback" not in answer.text, "a page without a traceback", "one with it")


@check(18)
def long_headers_pass(booted: Booted) -> None:
    """A buffer that is smaller than the cookies of a busy site."""
    answer = booted.client.ask(view("/length"), {"X-Long": "x" * 7500})
    need(answer.status == 200 and answer.json() == {"length": 7500}, '200 {"length":7500}', answer)


@check(19)
def paths_reach_the_view_unchanged(booted: Booted) -> None:
    """A path that is decoded twice, or merged, or cut, on its way to the view."""
    inexact = booted.facts.get("inexact_paths", []) if booted.proxy else booted.facts.get("inexact_paths_alone", [])
    wrong = {}
    for sent, found in PATHS.items():
        answer = booted.client.ask(view(f"/path/{sent}?q=%2F+a&b=%C3%A9"))
        told = answer.json() if answer.status == 200 else {"path": str(answer.status)}
        if told != {"path": view(f"/path/{found}"), "query": "q=%2F+a&b=%C3%A9"}:
            wrong[sent] = told
    known = f"every path as it was sent, but for {', '.join(inexact) or 'none'}"
    need(sorted(wrong) == sorted(inexact), known, wrong or f"said to be inexact, and are not: {inexact}")


def served_by_proxy(booted: Booted, folder: str) -> bool:
    """Tell whether the proxy has to serve the files of this folder."""
    return bool(booted.proxy and booted.facts.get("serves_static") and folder == booted.facts["static_url"])


def static(booted: Booted) -> tuple[str, str]:
    """Return the URL of one of the app's files, and of their folder; "" where there is none, or no such folder."""
    told = booted.client.ask(view("/who")).json()
    return (str(told["static"]), str(told["static_url"])) if told["static_url"] else ("", "")


@check(14, when=has_files)
def files_are_served_for_long(booted: Booted) -> None:
    """Files that browsers ask for again with every page, or that the app has to serve beside a proxy that can."""
    url, folder = static(booted)
    if not url:
        return
    answer = booted.client.below("").ask(url)
    kind = mimetypes.guess_type(url.partition("?")[0])[0]
    need(answer.status == 200, "200", answer.status)
    found = answer.headers.get_content_type()
    need(kind in (None, found), f"a file of the type {kind}", found)
    by_proxy = served_by_proxy(booted, folder)
    if by_proxy or booted.facts.get("ours"):
        cached = answer.header("Cache-Control")
        need(YEAR in cached, f"a Cache-Control with {YEAR}", cached or "none")
    need(not by_proxy or not is_of_the_app(answer), "a file from the proxy", "the app served it")


@check(14, when=has_files)
def nothing_beside_the_files_is_served(booted: Booted) -> None:
    """A way out of the folder of files, to the code and the keys."""
    url, folder = static(booted)
    if not url:
        return
    answer = booted.client.below("").ask(url)
    need(answer.status == 200, "200", answer.status)
    for pattern in OUTSIDE:
        for name in BESIDE:
            path = folder + pattern.format(name)
            answer = booted.client.send(booted.client.head(path, "Connection: close"))
            need(answer.status != 200 and probing.FIRST_RELEASE not in answer.text, "no file", f"{path} gave {answer}")


@check(14, when=has_files)
def a_missing_file_is_not_found(booted: Booted) -> None:
    """A missing file that is answered as if it were there, or a folder that is listed."""
    url, folder = static(booted)
    if not url:
        return
    answer = booted.client.ask(f"{folder}/none.css")
    need(answer.status == 404, "404", answer)
    answer = booted.client.ask(f"{folder}/")
    # A page of the app's own may be there.
    need(answer.status in (403, 404) or is_of_the_app(answer), "403 or 404", answer)
