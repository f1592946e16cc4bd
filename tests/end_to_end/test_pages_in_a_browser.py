"""Every page of a project that has everything, as a browser shows it: to a mouse, a keyboard and a screen reader."""

import json
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote, unquote, urlsplit

import pytest

from tests import pages
from tests.browser import Browser, Page, browser
from tests.end_to_end.conftest import Environment
from tests.end_to_end.production import KEY, TARGET, gunicorn
from tests.end_to_end.serving import Answer, Server

pytestmark = pytest.mark.slow

# What is visited besides, and its status.
MORE = {"/hello/Ada": 200, "/search?page=2": 200, "/search": 400, "/nothing": 404, "/logout": 405}
# What is no page but a piece of HTML: the view returns that text alone.
PIECES = ["/returns/html"]
URLS = """
import json, {module}
rules = {module}.app.url_map.iter_rules()
print(json.dumps(sorted({{one.rule for one in rules if "GET" in one.methods and not one.arguments}})))
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start one browser for all tests."""
    with browser(tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Give a page that knows no cookie."""
    with chromium.page() as made:
        made.look(1280)
        yield made


@pytest.fixture(scope="module", params=["package", "module"])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def project(complete: Callable[[str], Environment], layout: str) -> Environment:
    return complete(layout)


@pytest.fixture(scope="module")
def server(project: Environment, layout: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the project as production does."""
    with gunicorn(project, layout, tmp_path_factory.mktemp("log") / "log") as made:
        yield made


def urls(project: Environment, layout: str, server: Server) -> list[str]:
    """Return every URL that answers a GET with a page and takes no argument."""
    code = URLS.format(module=TARGET[layout].partition(":")[0])
    found: list[str] = json.loads(project.run("python", "-c", code, SECRET_KEY=KEY).splitlines()[-1])
    return [url for url in found if url not in PIECES and is_page(server.request(url))]


def is_page(answer: Answer) -> bool:
    elsewhere = answer.header("Location").startswith("http")
    return answer.status != 204 and answer.header("Content-Type").startswith("text/html") and not elsewhere


def told(page: Page, folder: Path) -> list[str]:
    """Return what is wrong with the page that is open, and where to see it."""
    found = list(pages.problems(page))
    if not found:
        return []
    picture = page.screenshot(folder / f"{urlsplit(page.url).path.strip('/').replace('/', '-') or 'index'}.png")
    return [f"{page.url} ({page.status}): {problem} [{picture}]" for problem in found]


def test_every_page_is_sound(server: Server, project: Environment, layout: str, page: Page, tmp_path: Path) -> None:
    found: list[str] = []
    linked: set[str] = set()
    for url in dict.fromkeys([*urls(project, layout, server), *MORE]):
        page.open(f"{server.origin}{url}")
        assert page.status == MORE.get(url, 200), url
        found += told(page, tmp_path)
        linked |= pages.links(page)
    found += [
        f"{link} is linked, and answers {status}" for link in linked if (status := status_of(server, link)) >= 400
    ]
    assert not found, "\n".join(found)


def status_of(server: Server, link: str) -> int:
    return server.request(link.removeprefix(server.origin)).status


def test_every_form_that_is_sent_empty_comes_back_sound(
    server: Server, project: Environment, layout: str, page: Page, tmp_path: Path
) -> None:
    found: list[str] = []
    for url in urls(project, layout, server):
        page.open(f"{server.origin}{url}")
        if page.evaluate("document.querySelector('main form') !== null"):
            page.fill({})
            page.submit()
            assert page.status < 500, url
            found += told(page, tmp_path)
    assert not found, "\n".join(found)


def text_of(page: Page, selector: str) -> str:
    """Return the text of what there is of it on the page."""
    return str(page.evaluate(f"[...document.querySelectorAll('{selector}')].map(one => one.innerText).join('\\n')"))


def test_a_form_is_filled_in_wrong_and_then_right(server: Server, page: Page, tmp_path: Path) -> None:
    page.open(f"{server.origin}/contact")
    page.fill({"name": "Ada", "email": "nonsense", "message": "Hello"})
    page.submit()
    assert page.status == 422
    assert page.evaluate("document.querySelector('[name=name]').value") == "Ada"
    problem = page.evaluate("document.querySelector('[name=email]').getAttribute('aria-describedby')")
    assert text_of(page, f"#{problem}")
    found = told(page, tmp_path)

    page.open(f"{server.origin}/contact")
    page.fill({"name": "Ada", "email": "ada@example.com", "message": "Hello"})
    page.submit()
    assert (page.status, text_of(page, "[role=status]") != "") == (200, True)
    found += told(page, tmp_path)
    page.open(f"{server.origin}/contact")
    assert text_of(page, "[role=status]") == ""
    assert not found, "\n".join(found)


def test_a_file_is_uploaded(server: Server, page: Page, tmp_path: Path) -> None:
    for name in ("harbour.png", "harbour.exe"):
        (tmp_path / name).write_bytes(b"content")
    found: list[str] = []
    for name, status in {"harbour.png": 200, "harbour.exe": 422}.items():
        page.open(f"{server.origin}/photos")
        page.fill({})
        page.choose_file("[type=file]", tmp_path / name)
        page.submit()
        assert page.status == status
        found += told(page, tmp_path)
    assert not found, "\n".join(found)


def test_a_choice_is_kept_in_a_cookie(server: Server, page: Page, tmp_path: Path) -> None:
    page.open(f"{server.origin}/theme")
    page.tab_to("select")
    page.press("ArrowDown")
    page.submit()
    assert page.cookies()["theme"] == "dark"
    assert page.evaluate("document.querySelector('select').value") == "dark"
    found = told(page, tmp_path)
    assert not found, "\n".join(found)


PASSWORD = "correct horse battery"


def test_a_user_logs_in_and_out(server: Server, project: Environment, page: Page, tmp_path: Path) -> None:
    # Without a terminal of its own the command reads the password from what is piped to it.
    subprocess.run(
        [project.bin / "flask", "add-user", "ada"],
        input=f"{PASSWORD}\n{PASSWORD}\n",
        cwd=project.project,
        env=project.variables(),
        text=True,
        start_new_session=True,
        check=True,
        capture_output=True,
    )
    page.open(f"{server.origin}/account")
    page.fill({"name": "ada", "password": "wrong"})
    page.submit()
    assert page.status == 422
    found = told(page, tmp_path)

    page.fill({"password": PASSWORD})
    page.submit()
    assert (page.status, page.url) == (200, f"{server.origin}/account")
    found += told(page, tmp_path)
    page.open(f"{server.origin}/")
    found += told(page, tmp_path)

    page.submit("nav [type=submit]")
    assert page.status == 200
    found += told(page, tmp_path)
    page.open(f"{server.origin}/account")
    assert page.url.startswith(f"{server.origin}/login")
    assert not found, "\n".join(found)


SOUND = """<!doctype html>
<html lang="en">
<head>
  <meta name="viewport" content="width=device-width">
  <title>Sound</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<main id="main">
  <h1>Sound</h1>
  <form method="post">
    <label for="name">Name</label>
    <input id="name" name="name">
    <button type="submit">Send</button>
  </form>
  <p><a href="/">Home</a></p>
</main>
</body>
</html>
"""
STYLE = """
:root { color-scheme: light dark; background: Canvas; }
a { color: light-dark(navy, white); }
input, button, p a { display: inline-block; min-height: 24px; }
:focus-visible { outline: 3px solid light-dark(black, white); }
.pale { color: #999; background: white; }
.small a { display: block; width: 8px; height: 8px; min-height: 0; font-size: 8px; line-height: 8px; }
.wide { width: 400px; }
.hidden :focus-visible { outline: none; }
.faint :focus-visible { outline-color: light-dark(#eee, #222); }
"""
POLICY = "default-src 'self'; img-src * data:"
# What each page has instead of a part of the sound one, and what has to be said about it.
BROKEN = {
    "label": ('<label for="name">Name</label>', "Name", "1280 px, dark: label (Form elements must have labels)"),
    "contrast": ("<h1>", '<h1 class="pale">', "320 px, light: color-contrast"),
    "small targets": ("<p>", '<p class="small"><a href="/sound">a</a>', "320 px, light: target-size"),
    "inline script": ("</main>", "<script>1</script></main>", "the browser says: error: Executing inline script"),
    "script that fails": ("</main>", '<script src="/fails.js"></script></main>', "the browser says: Uncaught"),
    "chatty script": ("</main>", '<script src="/chats.js"></script></main>', "the browser says: log: hello"),
    "external image": ("</main>", '<img src="http://cdn.example/x.png" alt=""></main>', "leaves the site: http://cdn."),
    "missing image": ("</main>", '<img src="/missing.png" alt=""></main>', "failed: http"),
    "overflow": ("</main>", '<p class="wide">wide</p></main>', "320 px, light: the page is 408 px wide"),
    "hidden focus": ("<form", '<form class="hidden"', "light: one does not see the focus on <input"),
    "faint focus": ("<form", '<form class="faint"', "dark: one does not see the focus on <button"),
    "no way by keyboard": ('<a href="/"', '<a tabindex="-1" href="/"', "Tab does not reach <a tabindex"),
    "language": (' lang="en"', "", "the page does not say its language"),
    "title": ("<title>Sound<", "<title><", "the page has no title"),
    "two headings": ("</main>", "<h1>Two</h1></main>", "the page has 2 <h1>"),
    "no heading": ("<h1>Sound</h1>", "", "the page has 0 <h1>"),
    "no main": ("main", "div", "the page has 0 <main>"),
    "link to nothing": ('id="main"', "", "nothing is where <a class"),
}


class Broken(BaseHTTPRequestHandler):
    """Serves the sound page, and each of the broken ones."""

    def do_GET(self) -> None:
        name = unquote(self.path.strip("/"))
        files = {"style.css": STYLE, "fails.js": "throw new Error('no')", "chats.js": "console.log('hello')"}
        if name in files:
            self.answer(200, files[name], "text/css" if name == "style.css" else "text/javascript")
        elif name in BROKEN or name == "sound":
            old, new, _ = BROKEN.get(name, ("", "", ""))
            assert old in SOUND
            self.answer(200, SOUND.replace(old, new), "text/html")
        else:
            self.answer(404, "", "text/plain")

    def answer(self, status: int, text: str, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as made:
        thread = Thread(target=made.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()
        thread.join()


def test_a_sound_page_has_no_problem(origin: str, page: Page) -> None:
    page.open(f"{origin}/sound")
    assert list(pages.problems(page)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_page_that_is_broken_is_told(name: str, origin: str, page: Page) -> None:
    page.open(f"{origin}/{quote(name)}")
    found = list(pages.problems(page))
    assert [problem for problem in found if problem.startswith(BROKEN[name][2])], "\n".join(found)
