import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Response, g
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from werkzeug.security import check_password_hash
from werkzeug.test import TestResponse

from {{cookiecutter.package_prefix}}login import (
    HASH_METHOD,
    hash_nobody,
    login_required,
)
from {{cookiecutter.package_prefix}}users import (
    SCHEMA,
    connect,
    count_attempt,
    find_user,
)

LOGIN = "{{cookiecutter.package_prefix}}login"
USERS = "{{cookiecutter.package_prefix}}users"
PASSWORD = "correct horse battery"
WRONG = "The name or the password is wrong."


@pytest.fixture(autouse=True)
def database(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A database of its own for each test, and hashes that cost next to nothing."""
    path = tmp_path / "instance" / "users.sqlite3"
    monkeypatch.setitem(client.application.config, "USERS_DATABASE", path)
    monkeypatch.setattr(f"{LOGIN}.HASH_METHOD", "pbkdf2:sha256:1")
    hash_nobody.cache_clear()
    use(client, {})
    return path


@pytest.fixture
def ada(client: FlaskClient) -> None:
    assert run(client, "add-user", "Ada").exit_code == 0


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clock of the store: so many seconds after the start of the test."""
    start = time.time()

    def set_clock(seconds: float) -> None:
        monkeypatch.setattr(f"{USERS}.time", lambda: start + seconds)

    set_clock(0)
    return set_clock


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords were checked against."""
    hashes = []

    def check(password_hash: str, password: str) -> bool:
        hashes.append(password_hash)
        return check_password_hash(password_hash, password)

    monkeypatch.setattr(f"{LOGIN}.check_password_hash", check)
    return hashes


def run(
    client: FlaskClient, *words: str, typed: str = PASSWORD, again: str | None = None
) -> Result:
    """Run a command, and type a password twice."""
    lines = f"{typed}\n{typed if again is None else again}\n"
    with client.application.app_context():
        runner = client.application.test_cli_runner()
        return runner.invoke(args=words, input=lines)


def cookie(client: FlaskClient) -> dict[str, Any]:
    """Return what is in the session cookie."""
    with client.session_transaction() as session:
        return dict(session)


def use(client: FlaskClient, cookie: dict[str, Any]) -> None:
    """Go on as a browser that has, or has a copy of, this session cookie."""
    with client.session_transaction() as session:
        session.clear()
        session.update(cookie)


def token_in(page: str) -> str:
    found = re.search('name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def log_in(
    client: FlaskClient,
    name: str = "Ada",
    password: str = PASSWORD,
    *,
    url: str = "/login",
    address: str = "192.0.2.1",
) -> TestResponse:
    # A page of somebody who is logged in already has a token too.
    token = token_in(client.get(url, follow_redirects=True).text)
    form = {"name": name, "password": password, "csrf_token": token}
    return client.post(url, data=form, environ_overrides={"REMOTE_ADDR": address})


def log_out(client: FlaskClient) -> TestResponse:
    token = token_in(client.get("/account").text)
    return client.post("/logout", data={"csrf_token": token})


def logged_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def guess(client: FlaskClient, name: str, address: str, times: int = 1) -> list[int]:
    """Try a wrong password so many times, each time as a browser without a cookie."""
    kept = cookie(client)
    found = []
    for _ in range(times):
        use(client, {})
        found.append(log_in(client, name, "wrong", address=address).status_code)
    use(client, kept)
    return found


def rows(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    assert isinstance(count, int)
    return count


@contextmanager
def busy(database: Path) -> Iterator[sqlite3.Connection]:
    """Write to the database, as another worker does, and have not finished yet."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


# The pages


def test_the_form_can_be_filled_in_by_a_password_manager(client: FlaskClient) -> None:
    page = client.get("/login").text

    assert re.search('<label for="name">.*<input id="name" name="name"', page, re.S)
    assert re.search('<label for="password">.*<input id="password" ', page, re.S)
    assert 'autocomplete="username"' in page
    assert 'type="password" autocomplete="current-password"' in page
    assert WRONG not in page
    assert "aria-invalid" not in page


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("name", ["Ada", "ada", " ADA ", "\uff21da"])
def test_the_right_password_logs_in(client: FlaskClient, name: str) -> None:
    response = log_in(client, name)

    assert response.status_code == 303
    assert response.location == "/account"
    assert "You are logged in as Ada." in client.get("/account").text


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ada", "wrong"),
        ("Ada", PASSWORD.upper()),
        ("Ada", ""),
        ("nobody", PASSWORD),
        ("nobody", ""),
        ("", PASSWORD),
    ],
)
def test_all_else_gets_the_same_answer(
    client: FlaskClient, name: str, password: str
) -> None:
    response = log_in(client, name, password)

    assert response.status_code == 422
    assert WRONG in response.text
    assert f'value="{name}"' in response.text
    assert response.text.count('aria-describedby="login-error"') == 2
    assert 'value="wrong"' not in response.text
    assert not logged_in(client)


@pytest.mark.usefixtures("ada")
def test_every_answer_takes_one_hash_of_the_same_cost(
    client: FlaskClient, checked: list[str]
) -> None:
    log_in(client, "Ada", "wrong")
    assert hash_nobody.cache_info().currsize == 1
    log_in(client, "nobody", "wrong")
    log_in(client, "Ada", PASSWORD)

    assert [password_hash.split("$")[0] for password_hash in checked] == [
        "pbkdf2:sha256:1",
        "pbkdf2:sha256:1",
        "pbkdf2:sha256:1",
    ]
    assert HASH_METHOD == "scrypt"


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("missing", ["name", "password"])
def test_a_form_without_a_field_is_refused(client: FlaskClient, missing: str) -> None:
    form = {"name": "Ada", "password": PASSWORD}
    form["csrf_token"] = token_in(client.get("/login").text)
    del form[missing]

    assert client.post("/login", data=form).status_code == 400


@pytest.mark.parametrize("name", ["\0", "A\0da", "' OR 1=1 --", "<b>", "\ufdfa" * 64])
def test_a_strange_name_is_only_wrong(client: FlaskClient, name: str) -> None:
    response = log_in(client, name)

    assert response.status_code == 422
    assert "<b>" not in response.text


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("name", "password"), [("A" * 65, "wrong"), ("Ada", "x" * 1_001)]
)
def test_what_is_too_long_costs_nothing(
    client: FlaskClient,
    database: Path,
    checked: list[str],
    name: str,
    password: str,
) -> None:
    response = log_in(client, name, password)

    assert response.status_code == 422
    assert WRONG in response.text
    assert "A" * 65 not in response.text
    assert checked == []
    assert rows(database, "attempts") == 0


def test_the_longest_name_and_password_log_in(client: FlaskClient) -> None:
    name, password = "A" * 64, "x" * 1_000

    assert run(client, "add-user", name, typed=password).exit_code == 0
    assert log_in(client, name, password).status_code == 303


# Sessions


@pytest.mark.usefixtures("ada")
def test_nothing_of_an_earlier_session_is_kept(
    client: FlaskClient, database: Path
) -> None:
    use(client, {"planted": "by somebody else"})
    log_in(client)
    first = cookie(client)
    assert first.keys() == {"login_token"}

    log_in(client)
    second = cookie(client)

    assert second["login_token"] != first["login_token"]
    assert logged_in(client)
    use(client, first)
    assert not logged_in(client)
    assert rows(database, "sessions") == 1


@pytest.mark.usefixtures("ada")
def test_everybody_has_a_session_of_their_own(client: FlaskClient) -> None:
    run(client, "add-user", "Bob")
    log_in(client)
    ada = cookie(client)
    use(client, {})
    log_in(client, "Bob")

    assert "You are logged in as Bob." in client.get("/account").text
    use(client, ada)
    assert "You are logged in as Ada." in client.get("/account").text


@pytest.mark.usefixtures("ada")
def test_after_logging_out_a_copy_of_the_cookie_is_worth_nothing(
    client: FlaskClient, database: Path
) -> None:
    log_in(client)
    elsewhere = cookie(client)
    use(client, {})
    log_in(client)
    here = cookie(client)

    response = log_out(client)

    assert response.status_code == 303
    assert response.location == "/login"
    assert cookie(client) == {}
    use(client, here)
    assert not logged_in(client)
    use(client, elsewhere)
    assert logged_in(client)
    assert rows(database, "sessions") == 1


@pytest.mark.usefixtures("ada")
def test_every_button_that_logs_out_works(client: FlaskClient) -> None:
    assert "/logout" not in client.get("/login").text

    log_in(client)
    page = client.get("/account").text
    for part in (page, page.partition("You are logged in as Ada.")[2]):
        forms = re.findall("<form.*?</form>", part, re.S)
        assert forms
        for form in forms:
            assert 'method="post" action="/logout"' in form
            assert token_in(form) == token_in(page)
            assert '<button type="submit">Log out</button>' in form


@pytest.mark.usefixtures("ada")
def test_a_page_that_was_open_for_a_day_still_works(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = int(time.time()) + 24 * 60 * 60
    form = {"name": "Ada", "password": PASSWORD}
    form["csrf_token"] = token_in(client.get("/login").text)

    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: tomorrow)

    assert client.post("/login", data=form).status_code == 303


@pytest.mark.usefixtures("ada")
def test_no_other_site_can_log_in_or_out(client: FlaskClient) -> None:
    form = {"name": "Ada", "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 400
    assert not logged_in(client)

    log_in(client)
    assert client.post("/logout").status_code == 400
    assert client.get("/logout").status_code == 405
    assert logged_in(client)


@pytest.mark.usefixtures("ada")
def test_a_session_ends_by_itself(
    client: FlaskClient,
    database: Path,
    set_clock: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lifetime = timedelta(hours=1)
    config = client.application.config
    monkeypatch.setitem(config, "PERMANENT_SESSION_LIFETIME", lifetime)
    log_in(client)

    set_clock(3_599)
    assert logged_in(client)
    set_clock(3_600)
    assert not logged_in(client)

    assert rows(database, "sessions") == 1
    use(client, {})
    log_in(client)
    assert rows(database, "sessions") == 1


@pytest.mark.usefixtures("ada")
def test_the_store_does_not_hold_what_logs_in(
    client: FlaskClient, database: Path
) -> None:
    log_in(client)
    token = cookie(client)["login_token"]
    stored = database.read_bytes()

    assert len(token) >= 43
    assert token.encode() not in stored
    assert sha256(token.encode()).hexdigest().encode() in stored
    assert PASSWORD.encode() not in stored


@pytest.mark.usefixtures("ada")
def test_a_session_outlives_the_key_that_signed_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = client.application.config
    key = config["SECRET_KEY"]
    log_in(client)

    monkeypatch.setitem(config, "SECRET_KEY", "a new key, made a moment ago")
    assert not logged_in(client)
    monkeypatch.setitem(config, "SECRET_KEY_FALLBACKS", [key])
    assert logged_in(client)


@pytest.mark.usefixtures("ada")
def test_what_somebody_sees_who_is_logged_in_is_not_kept(client: FlaskClient) -> None:
    assert "Cache-Control" not in client.get("/account").headers
    log_in(client)

    for path in ("/account", "/none"):
        response = client.get(path)
        assert response.headers["Cache-Control"] == "no-store"
        assert "Cookie" in response.vary


@pytest.mark.usefixtures("ada")
def test_a_static_file_is_the_same_for_everybody(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client)
    untouched = tmp_path / "untouched"
    monkeypatch.setitem(client.application.config, "USERS_DATABASE", untouched)
    monkeypatch.setattr(client.application, "static_folder", str(tmp_path))
    (tmp_path / "some.css").touch()

    with client.get("/static/some.css") as response:
        assert response.status_code == 200
        assert "Cookie" not in response.vary
        assert response.headers.get("Cache-Control") != "no-store"
    assert not untouched.exists()


# Views for those who are logged in


def test_a_visitor_is_sent_to_the_login_page_and_back(client: FlaskClient) -> None:
    response = client.get("/account?tab=1&of=3")

    assert response.status_code == 303
    assert response.location == "/login?next=/account?tab%3D1%26of%3D3"
    assert client.head("/account").location == "/login?next=/account"

    run(client, "add-user", "Ada")
    wrong = log_in(client, "Ada", "wrong", url=response.location)
    action = re.search('action="(/login[^"]*)"', wrong.text)
    assert action
    assert log_in(client, url=action[1]).location == "/account?tab=1&of=3"
    assert client.get(response.location).location == "/account?tab=1&of=3"
    assert client.get("/login").location == "/account"


def test_no_redirect_leaves_the_prefix(client: FlaskClient) -> None:
    overrides = {"SCRIPT_NAME": "/prefix"}
    response = client.get("/account", environ_overrides=overrides)
    assert response.location == "/prefix/login?next=/prefix/account"

    run(client, "add-user", "Ada")
    log_in(client)
    response = client.get("/login?next=/prefix/account", environ_overrides=overrides)
    assert response.location == "/prefix/account"
    page = client.get("/account", environ_overrides=overrides).text
    assert 'action="/prefix/logout"' in page


def test_what_cannot_be_asked_for_by_a_link_is_not_come_back_to(
    client: FlaskClient,
) -> None:
    with client.application.test_request_context("/save", method="POST"):
        client.application.preprocess_request()
        response = login_required(lambda: Response("saved"))()

    assert response.location == "/login"


def test_a_view_gets_its_arguments_and_keeps_its_name(client: FlaskClient) -> None:
    @login_required
    def view(number: int, *, text: str) -> str:
        return text * number

    assert view.__name__ == "view"
    with client.application.test_request_context():
        g.user = "anybody"
        assert view(2, text="ab") == "abab"


PATHS = [
    "/",
    "/shop?page=2#top",
    "/shop/%09/x",
    "/a:b@c",
    "/https://example.com",
]
NOT_PATHS = [
    "",
    "shop",
    "//example.com",
    "///example.com",
    "/\\example.com",
    "\\example.com",
    "\\\\example.com",
    "/shop\\x",
    "/\t/example.com",
    "/\n/example.com",
    "/\r/example.com",
    "/\0/example.com",
    "/\x7f/example.com",
    "/ /example.com",
    " //example.com",
    "/shop\n",
    "//[",
    "https:example.com",
    "https://example.com",
    "https:///example.com",
    "http://localhost/account",
    "javascript:alert(1)",
]


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("target", "location"),
    [*((path, path) for path in PATHS), *((text, "/account") for text in NOT_PATHS)],
)
def test_logging_in_leads_to_a_path_of_this_site(
    client: FlaskClient, target: str, location: str
) -> None:
    query = {"next": target}
    form = {"name": "Ada", "password": PASSWORD}
    form["csrf_token"] = token_in(client.get("/login", query_string=query).text)

    response = client.post("/login", query_string=query, data=form)

    assert response.status_code == 303
    assert response.location == location


# Attempts


@pytest.mark.usefixtures("ada")
def test_a_name_can_be_tried_five_times_in_fifteen_minutes(
    client: FlaskClient, checked: list[str], set_clock: Callable[[float], None]
) -> None:
    for n in range(5):
        set_clock(60 * n)
        assert guess(client, "Ada" if n % 2 else " ADA", f"192.0.2.{n}") == [422]

    # Not even with the right password, and from yet another address.
    set_clock(300)
    response = log_in(client, address="198.51.100.1")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "600"
    assert "Try again in 10 min." in response.text
    assert len(checked) == 5
    assert guess(client, "Bob", "192.0.2.1") == [422]

    # What was refused did not count: each attempt makes room when it is old enough.
    set_clock(899.5)
    assert log_in(client).headers["Retry-After"] == "1"
    set_clock(900)
    assert guess(client, "Ada", "192.0.2.1", 2) == [422, 429]
    assert log_in(client).headers["Retry-After"] == "60"
    set_clock(960)
    assert log_in(client).status_code == 303


@pytest.mark.parametrize(
    ("address", "neighbour", "stranger"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:1", "2001:db8:0:1::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("unknown", "unknown", ""),
    ],
)
def test_an_address_can_try_twenty_times_in_fifteen_minutes(
    client: FlaskClient,
    database: Path,
    set_clock: Callable[[float], None],
    address: str,
    neighbour: str,
    stranger: str,
) -> None:
    for n in range(20):
        set_clock(10 * n)
        assert guess(client, f"name{n}" if n < 15 else "Ada", address) == [422]

    set_clock(200)
    response = log_in(client, "Bob", address=neighbour)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "700"
    assert log_in(client, address=neighbour).headers["Retry-After"] == "850"
    assert guess(client, "Bob", stranger) == [422]

    set_clock(900)
    assert guess(client, "Bob", neighbour, 2) == [422, 429]

    set_clock(2_000)
    assert guess(client, "Bob", neighbour) == [422]
    assert rows(database, "attempts") == 1


@pytest.mark.usefixtures("ada")
def test_logging_in_forgets_the_attempts_at_this_name_alone(
    client: FlaskClient, set_clock: Callable[[float], None]
) -> None:
    run(client, "add-user", "Bob")
    assert guess(client, "Ada", "192.0.2.1", 4) == [422] * 4
    assert guess(client, "Bob", "192.0.2.2", 4) == [422] * 4

    assert log_in(client, "ada", address="192.0.2.3").status_code == 303

    assert guess(client, "Ada", "192.0.2.1", 6) == [422] * 5 + [429]
    assert guess(client, "Bob", "192.0.2.1", 2) == [422, 429]


@pytest.mark.usefixtures("ada")
def test_nobody_is_locked_out_where_they_logged_in_last(client: FlaskClient) -> None:
    home, away = "192.0.2.1", "198.51.100.1"
    run(client, "add-user", "Bob")
    log_in(client, address=away)
    log_in(client, address=home)
    home_cookie = cookie(client)
    use(client, {})
    log_in(client, "Bob", address=away)

    assert guess(client, "Ada", away, 6) == [422] * 5 + [429]
    use(client, home_cookie)
    assert logged_in(client)
    log_out(client)
    assert log_in(client, address=home).status_code == 303
    assert guess(client, "Ada", home, 6) == [422] * 5 + [429]


@pytest.mark.usefixtures("ada")
def test_attempts_at_the_same_time_are_counted_one_after_the_other(
    client: FlaskClient, database: Path
) -> None:
    guess(client, "Ada", "192.0.2.1", 4)

    def count() -> int:
        with client.application.app_context():
            return count_attempt("Ada", "192.0.2.1")

    # Another worker has the fifth attempt, but has not written it yet.
    with busy(database) as other, ThreadPoolExecutor() as pool:
        other.execute("INSERT INTO attempts VALUES ('ada', '', ?)", (time.time(),))
        ours = pool.submit(count)
        time.sleep(0.2)
        other.execute("COMMIT")

        assert ours.result() > 0


# The database


@pytest.mark.usefixtures("ada")
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions.")
def test_nobody_else_on_the_machine_can_read_it(database: Path) -> None:
    assert database.stat().st_mode & 0o777 == 0o600


def test_a_visitor_does_not_need_it(client: FlaskClient, database: Path) -> None:
    for path in ("/login", "/account", "/none"):
        client.get(path)

    assert not database.exists()


@pytest.mark.usefixtures("ada")
def test_nobody_who_is_logged_in_waits_for_those_who_log_in(
    client: FlaskClient, database: Path
) -> None:
    log_in(client)

    with busy(database):
        assert logged_in(client)


def test_a_request_has_one_connection_that_ends_with_it(client: FlaskClient) -> None:
    with client.application.app_context():
        connection = connect()
        assert connect() is connection

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_two_workers_can_need_it_first_at_the_same_time(
    client: FlaskClient, database: Path
) -> None:
    database.parent.mkdir()

    with busy(database) as other, ThreadPoolExecutor() as pool:
        other.execute("COMMIT")
        other.executescript(SCHEMA.replace("COMMIT;", ""))
        ours = pool.submit(run, client, "add-user", "Ada")
        time.sleep(0.2)
        other.execute("COMMIT")

        assert ours.result().exit_code == 0


# The commands


def test_a_user_is_added_by_a_command_that_asks_for_the_password(
    client: FlaskClient,
) -> None:
    result = run(client, "add-user", " Ada ")

    assert result.exit_code == 0
    assert "Added 'Ada'." in result.output
    assert result.output.count(":") == 2
    assert PASSWORD not in result.output
    with client.application.app_context():
        user = find_user("ada")
    assert user
    assert user.name == "Ada"
    assert check_password_hash(user.password_hash, PASSWORD)
    assert user.password_hash not in repr(user)


def test_the_password_is_not_taken_from_the_command_line(client: FlaskClient) -> None:
    assert run(client, "add-user", "Ada", PASSWORD).exit_code == 2
    assert run(client, "add-user", "Ada", "--password", PASSWORD).exit_code == 2


@pytest.mark.usefixtures("ada")
def test_a_name_is_taken_whatever_its_case(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(client, "add-user", "ADA", typed="another password")
    assert result.exit_code == 1
    assert result.output == "Error: There is a user 'ADA' already.\n"

    # Also when somebody took it while the password was typed.
    monkeypatch.setattr(f"{LOGIN}.find_user", lambda name: None)
    result = run(client, "add-user", "ADA", typed="another password")
    assert result.exit_code == 1
    assert "There is a user 'ADA' already." in result.output


@pytest.mark.parametrize("name", ["", " ", "A" * 65, "A\0da", "A\nda", "\udcff"])
def test_a_name_that_could_not_be_typed_is_refused(
    client: FlaskClient, name: str
) -> None:
    result = run(client, "add-user", name)

    assert result.exit_code == 1
    assert result.output == "Error: A name has 1 to 64 printable characters.\n"


@pytest.mark.parametrize(
    ("password", "exit_code"),
    [("", 1), ("x" * 11, 1), ("x" * 12, 0), ("x" * 1_000, 0), ("x" * 1_001, 1)],
)
def test_a_password_is_neither_short_nor_endless(
    client: FlaskClient, password: str, exit_code: int
) -> None:
    result = run(client, "add-user", "Ada", typed=password)

    assert result.exit_code == exit_code
    assert log_in(client, "Ada", password).status_code == (303, 422)[exit_code]


def test_the_password_has_to_be_typed_twice(client: FlaskClient) -> None:
    result = run(client, "add-user", "Ada", typed=PASSWORD, again=f"{PASSWORD}?")

    assert result.exit_code == 1
    assert log_in(client).status_code == 422


@pytest.mark.usefixtures("ada")
def test_a_new_password_ends_every_session_that_the_old_one_began(
    client: FlaskClient,
) -> None:
    run(client, "add-user", "Bob")
    log_in(client, "Bob")
    bob = cookie(client)
    use(client, {})
    log_in(client)

    result = run(client, "set-password", "ADA", typed="another password")

    assert result.exit_code == 0
    assert "Changed the password of 'Ada'." in result.output
    assert not logged_in(client)
    assert log_in(client).status_code == 422
    assert log_in(client, "Ada", "another password").status_code == 303
    use(client, bob)
    assert logged_in(client)
    assert log_in(client, "Bob").status_code == 303


@pytest.mark.usefixtures("ada")
def test_a_password_changes_together_with_the_sessions_or_not_at_all(
    client: FlaskClient, database: Path
) -> None:
    log_in(client)
    with closing(sqlite3.connect(database)) as other:
        other.execute(
            "CREATE TRIGGER disk_full BEFORE DELETE ON sessions"
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )

    result = run(client, "set-password", "Ada", typed="another password")

    assert str(result.exception) == "disk full"
    assert logged_in(client)
    use(client, {})
    assert log_in(client).status_code == 303


@pytest.mark.usefixtures("ada")
def test_a_user_who_is_removed_is_gone_at_once(
    client: FlaskClient, database: Path
) -> None:
    run(client, "add-user", "Bob")
    log_in(client, "Bob")
    bob = cookie(client)
    use(client, {})
    log_in(client)

    result = run(client, "remove-user", "ADA")

    assert result.exit_code == 0
    assert result.output == "Removed 'Ada'.\n"
    # Nor does whoever is added next inherit anything.
    run(client, "add-user", "Ada")
    assert not logged_in(client)
    use(client, bob)
    assert logged_in(client)
    assert rows(database, "sessions") == 1


@pytest.mark.parametrize("command", ["set-password", "remove-user"])
def test_a_command_for_a_user_who_is_not_there_says_so(
    client: FlaskClient, command: str
) -> None:
    result = run(client, command, "Eve")

    assert result.exit_code == 1
    assert result.output == "Error: There is no user 'Eve'.\n"
