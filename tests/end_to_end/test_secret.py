"""The session key over real HTTP: who stays logged in through a rotation, and whom nobody believes."""

import json
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from dotenv import dotenv_values
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from scaffold.proof.ports import free_port
from tests.end_to_end.conftest import Environment, Maker, install, run
from tests.end_to_end.serving import Server, serving

pytestmark = pytest.mark.slow

PAGE = {"package": "shop/pages.py", "module": "app.py"}
TARGET = {"package": "wsgi:app", "module": "app:app"}
VIEWS = """

@{owner}.post("/login")
def login() -> str:
    from flask import request, session

    session["user"] = request.get_data(as_text=True)
    return "in"


@{owner}.get("/who")
def who() -> dict[str, object]:
    from flask import session

    return {{"user": session.get("user")}}
"""


@pytest.fixture(params=["package", "module"])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shop(make: Maker, layout: str) -> Environment:
    environment = make("shop", layout)
    views = environment.project / PAGE[layout]
    views.write_text(views.read_text() + VIEWS.format(owner="bp" if layout == "package" else "app"))
    return environment


@contextmanager
def flask(shop: Environment, log: Path) -> Iterator[Server]:
    """Serve what `flask run` does with the project's own `.env`."""
    port = free_port()
    argv: list[str | Path] = [shop.bin / "flask", "run", "--port", str(port)]
    with serving(argv, port=port, cwd=shop.project, env=shop.variables(), log=log) as server:
        yield server


@contextmanager
def gunicorn(shop: Environment, layout: str, file: Path, log: Path) -> Iterator[Server]:
    """Serve the project as a unit does that has its variables from a file."""
    port = free_port()
    values = {name: value for name, value in dotenv_values(file).items() if value}
    argv: list[str | Path] = [shop.bin / "gunicorn", "--bind", f"127.0.0.1:{port}", TARGET[layout]]
    env = shop.variables(**values)
    with serving(argv, port=port, cwd=shop.project, env=env, log=log) as server:
        yield server


def logged_in(server: Server, name: str) -> str:
    """Log in, and return the cookie as it is sent back."""
    return server.request("/login", "POST", body=name.encode()).header("Set-Cookie").partition(";")[0]


def user(server: Server, cookie: str) -> object:
    return json.loads(server.request("/who", headers={"Cookie": cookie}).body)["user"]


def signed(name: str, key: str | bytes) -> str:
    """Return the cookie of a user that is signed with any key, as the app would sign it."""
    app = Flask("any")
    app.secret_key = secrets.token_hex()
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    serializer.secret_keys = [key.encode() if isinstance(key, str) else key]
    return f"{name}={serializer.dumps({'user': 'eve'})}"


def keys(file: Path) -> list[str]:
    """Return the key and the earlier ones."""
    values = dotenv_values(file)
    return [values["SECRET_KEY"] or "", *filter(None, (values.get("SECRET_KEY_FALLBACKS") or "").split(","))]


def check_nobody_forges(server: Server, name: str, good: Sequence[str], gone: Sequence[str] = ()) -> None:
    for key in good:
        assert user(server, signed(name, key)) == "eve", "the control: with the key itself anybody can sign"
    joined = ",".join(good)
    weak = {"", ",", " ", *(key[0] for key in good), *(key[-1] for key in good)}
    for key in {*weak, *gone, *(key[:-1] for key in good), *([joined] if len(good) > 1 else []), secrets.token_hex(32)}:
        assert user(server, signed(name, key)) is None, "a key that is none was believed"


def test_sessions_outlive_rotations_until_the_earlier_keys_go(shop: Environment, tmp_path: Path) -> None:
    env, log = shop.project / ".env", tmp_path / "log"
    with flask(shop, log) as server:
        ada = logged_in(server, "ada")
        assert user(server, ada) == "ada"
        check_nobody_forges(server, "shop", keys(env))
    first = keys(env)[0]

    shop.scaffold("secret", "rotate")
    with flask(shop, log) as server:
        assert user(server, ada) == "ada"
        bob = logged_in(server, "bob")
        check_nobody_forges(server, "shop", keys(env))
    second = keys(env)[0]

    shop.scaffold("secret", "rotate")
    assert keys(env)[1:] == [second, first]
    with flask(shop, log) as server:
        assert [user(server, ada), user(server, bob)] == ["ada", "bob"]
        eve = logged_in(server, "eve")
        check_nobody_forges(server, "shop", keys(env))

    shop.scaffold("secret", "rotate", "--drop-fallbacks")
    with flask(shop, log) as server:
        assert [user(server, ada), user(server, bob), user(server, eve)] == [None, None, "eve"]
        check_nobody_forges(server, "shop", keys(env), gone=[first, second])


def sent(server: Server, cookie: str, token: str) -> int:
    """Send the form that was opened with this session and token, and return the status."""
    body = urlencode({"csrf_token": token, "email": "ada@example.com"}).encode()
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    return server.request("/contact", "POST", headers=headers, body=body).status


def test_a_form_that_was_open_outlives_rotations_too(shop: Environment, tmp_path: Path) -> None:
    shop.scaffold("add", "form", "contact", "email:email")
    install(shop.project)
    log = tmp_path / "log"
    with flask(shop, log) as server:
        page = server.request("/contact")
        cookie = page.header("Set-Cookie").partition(";")[0]
        token = re.findall('name="csrf_token" value="([^"]+)"', page.text)[0]
        assert sent(server, cookie, token) == 303
        assert sent(server, cookie, "") == 400

    for _ in range(2):
        shop.scaffold("secret", "rotate")
        with flask(shop, log) as server:
            assert sent(server, cookie, token) == 303
            assert sent(server, cookie, token[:-1]) == 400

    shop.scaffold("secret", "rotate", "--drop-fallbacks")
    with flask(shop, log) as server:
        assert sent(server, cookie, token) == 400


def test_a_server_with_variables_of_its_own_is_rotated_there(shop: Environment, layout: str, tmp_path: Path) -> None:
    shop.scaffold("deploy", "--server", "gunicorn")
    install(shop.project)
    file, log = tmp_path / "shop.env", tmp_path / "log"
    file.write_text(f"SECRET_KEY={secrets.token_hex(32)}\nTRUSTED_HOSTS=127.0.0.1\n")
    file.chmod(0o640)
    with gunicorn(shop, layout, file, log) as server:
        ada = logged_in(server, "ada")
        assert user(server, ada) == "ada"
    first = keys(file)[0]

    run(shop.tool, "secret", "rotate", "--file", file, cwd=tmp_path)
    with gunicorn(shop, layout, file, log) as server:
        assert user(server, ada) == "ada"
        check_nobody_forges(server, "__Host-shop", keys(file))

    run(shop.tool, "secret", "rotate", "--drop-fallbacks", "--file", file, cwd=tmp_path)
    with gunicorn(shop, layout, file, log) as server:
        assert user(server, ada) is None
        check_nobody_forges(server, "__Host-shop", keys(file), gone=[first])
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_clone_runs_with_one_command(shop: Environment, tmp_path: Path) -> None:
    (shop.project / ".env").unlink()

    shop.scaffold("secret", "new")

    with flask(shop, tmp_path / "log") as server:
        assert server.request("/").status == 200
        assert user(server, logged_in(server, "ada")) == "ada"
