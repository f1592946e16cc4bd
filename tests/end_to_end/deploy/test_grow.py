"""The how-to about many hosts: its PostgreSQL store, its table of keys, with a real database and two hosts."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parts
from tests.end_to_end.conftest import REPOSITORY, UV, Environment, clean_environment, made, run

pytestmark = pytest.mark.slow

PAGE = (REPOSITORY / "docs" / "how-to" / "deploy" / "grow.md").read_text()
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
# Two hosts are two apps that share nothing but the database and the keys.
HOSTS = """
import os, re, sys
from concurrent.futures import ThreadPoolExecutor

OLD, NEW = "b5c0d7e2f9a14683b5c0d7e2f9a14683", "0f8e6d2c4b1a39570f8e6d2c4b1a3957"
PASSWORD = "correct horse battery"
os.environ["DATABASE_URL"] = sys.argv[1]


def host(key, fallbacks=""):
    os.environ.update(SECRET_KEY=key, SECRET_KEY_FALLBACKS=fallbacks, TRUSTED_HOSTS="localhost")
    from shop import create_app
    return create_app()


def client(app, cookie=None):
    found = app.test_client()
    if cookie:
        found.set_cookie("__Host-shop", cookie, secure=True, path="/")
    return found


def ask(client, path, **form):
    overrides = {"REMOTE_ADDR": form.pop("address", "192.0.2.1")}
    method = client.post if form else client.get
    return method(path, base_url="https://localhost", data=form or None, environ_overrides=overrides)


def log_in(client, name="Ada", password=PASSWORD, address="192.0.2.1"):
    token = re.search('name="csrf_token" value="([^"]+)"', ask(client, "/login").text)[1]
    headers = {"Referer": "https://localhost/"}
    return client.post("/login", base_url="https://localhost", headers=headers,
        data={"name": name, "password": password, "csrf_token": token}, environ_overrides={"REMOTE_ADDR": address})


def cookie(client):
    return client.get_cookie("__Host-shop", path="/").value


def run(app, *words):
    return app.test_cli_runner().invoke(args=words, input=f"{PASSWORD}\\n{PASSWORD}\\n")


one, two = host(OLD), host(OLD)
assert run(one, "add-user", "Ada").exit_code == 0
assert "already" in run(two, "add-user", "ADA").output

# A user who was added on one host logs in on the other, and the first one knows the session.
browser = client(two)
answer = log_in(browser)
assert answer.status_code == 303, answer.text
assert "Ada" in ask(client(one, cookie(browser)), "/account").text

# While keys change, each of the two kinds of host knows what the other one has signed.
rotation = [(host(OLD), host(OLD, NEW)), (host(OLD, NEW), host(NEW, OLD)), (host(NEW, OLD), host(NEW))]
for before, after in rotation[:2]:
    for signs, reads in [(before, after), (after, before)]:
        browser = client(signs)
        assert log_in(browser).status_code == 303
        assert ask(client(reads, cookie(browser)), "/account").status_code == 200, "a session is not known"
# All at once would not do: this is why the table has three rows.
browser = client(host(NEW, OLD))
log_in(browser)
assert ask(client(host(OLD), cookie(browser)), "/account").status_code == 303

# Logging out on one host ends it on the other; so does a new password.
browser = client(one)
log_in(browser)
copy = cookie(browser)
token = re.search('name="csrf_token" value="([^"]+)"', ask(browser, "/account").text)[1]
asked = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/"}}
assert browser.post("/logout", **asked, data={"csrf_token": token}).status_code == 303
assert ask(client(two, copy), "/account").status_code == 303
log_in(browser)
assert run(two, "set-password", "ada").exit_code == 0
assert ask(client(one, cookie(browser)), "/account").status_code == 303

# Attempts are counted over both hosts, whatever is in the name.
for number in range(5):
    assert log_in(client((one, two)[number % 2]), "Eve\\0", "wrong", "198.51.100.1").status_code == 422
for app in (one, two):
    assert log_in(client(app), "Eve\\0", "wrong", "198.51.100.2").status_code == 429


# And when they come at the same time, exactly five get through.
def attempt(number):
    return log_in(client((one, two)[number % 2]), "Mallory", "wrong", f"203.0.113.{number}").status_code


with ThreadPoolExecutor(12) as pool:
    found = sorted(pool.map(attempt, range(12)))
assert found == [422] * 5 + [429] * 7, found
assert run(one, "remove-user", "Ada").exit_code == 0
assert log_in(client(two)).status_code == 422
print("two hosts agree")
"""


@pytest.fixture
def database() -> Iterator[str]:
    """Start a PostgreSQL of our own, on a socket, and end it by its own command."""
    programs = Path(parts.program("postgres")).parent
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    folder.chmod(0o777)
    as_nobody = NOBODY if os.geteuid() == 0 else []
    data = str(folder / "data")
    say = ["-o", f"-k {folder} -c listen_addresses='' -c fsync=off"]
    run(*as_nobody, programs / "initdb", "-D", data, "-U", "shop", "-A", "trust", "--no-sync", cwd=folder)
    start = [*as_nobody, str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), *say, "start"]
    # Not captured: the server keeps what it inherits.
    subprocess.run(start, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        run(programs / "createdb", "-h", folder, "-U", "shop", "shop", cwd=folder)
        yield f"postgresql://shop@/shop?host={folder}"
    finally:
        run(*as_nobody, programs / "pg_ctl", "-D", data, "-w", "-m", "fast", "stop", cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


def blocks(language: str) -> list[str]:
    """Return the page's blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tool: Path, tmp_path: Path) -> Environment:
    """Return a project with a login whose users are where the page puts them."""
    found = made(tool, tmp_path, "shop", "package")
    found.scaffold("add", "login")
    (store,) = blocks("python")
    (found.project / "shop" / "users.py").write_text(store)
    words = ["pip", "install", "--quiet", "--python", ".venv/bin/python", "psycopg[binary]>=3.3", "flask-wtf>=1.3"]
    run(UV, *words, "flask>=3.1.3", "python-dotenv", "mypy", "ruff", cwd=found.project)
    return found


def test_two_hosts_with_one_database_agree(project: Environment, database: str, tmp_path: Path) -> None:
    schema, script = tmp_path / "users.sql", tmp_path / "hosts.py"
    schema.write_text("\n".join(blocks("sql")))
    script.write_text(HOSTS)
    psql = Path(parts.program("postgres")).with_name("psql")
    run(psql, database, "--quiet", "--set=ON_ERROR_STOP=1", "--file", schema, cwd=tmp_path)

    env = clean_environment(PYTHONPATH=str(project.project), PYTHONWARNINGS="error")
    said = run(project.bin / "python", script, database, cwd=tmp_path, env=env)

    assert "two hosts agree" in said
    project.run("mypy", "--strict", "shop/users.py")
    project.run("ruff", "check", "shop/users.py")
    project.run("ruff", "format", "--check", "shop/users.py")


def test_the_store_has_what_the_login_calls(tool: Path, tmp_path: Path) -> None:
    found = made(tool, tmp_path, "shop", "module")
    found.scaffold("add", "login")
    called = re.search(r"^from users import \((.*?)^\)", (found.project / "login.py").read_text(), re.M | re.S)
    assert called
    (store,) = blocks("python")

    for name in re.findall(r"\w+", called[1]):
        assert re.search(rf"^(def|class) {name}\b", store, re.MULTILINE), name
