{%- set extensions = namespace(all=[]) %}
{%- for extension in cookiecutter.extensions.lower().split(",") %}
{%- set extensions.all = extensions.all + ['".' ~ extension.strip().lstrip(".") ~ '"'] %}
{%- endfor -%}

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PAGE = "/{{cookiecutter.slug}}"
EXTENSIONS = [{{ extensions.all | unique | sort | join(", ") }}]
EXTENSION = EXTENSIONS[0]
NAME = "holiday" + EXTENSION
FOLDER = "uploads/{{cookiecutter.slug}}"
LIMIT = "{{cookiecutter.package_prefix}}{{cookiecutter.module}}.LIMIT"
# What is put behind the name of a stored file.
RANDOM = "-[0-9a-f]{16}"


@pytest.fixture(autouse=True)
def instance(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Keep what is uploaded here out of the project's own instance folder."""
    monkeypatch.setattr(client.application, "instance_path", str(tmp_path))
    return tmp_path


def token(client: FlaskClient, base_url: str | None = None) -> str:
    page = client.get(PAGE, base_url=base_url).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def post(client: FlaskClient, name: str, content: bytes = b"content") -> TestResponse:
    data = {"csrf_token": token(client), "file": (BytesIO(content), name)}
    return client.post(PAGE, data=data)


def stored(instance: Path) -> dict[str, bytes]:
    """Return every file below the instance folder."""
    files = [path for path in instance.rglob("*") if path.is_file()]
    return {path.relative_to(instance).as_posix(): path.read_bytes() for path in files}


def test_the_page_shows_the_form_before_anything_is_there(client: FlaskClient) -> None:
    response = client.get(PAGE)

    assert response.status_code == 200
    assert ' method="post" enctype="multipart/form-data">' in response.text
    assert '<label for="file">' in response.text
    control = '<input type="file" id="file" name="file" accept="{}" required'
    assert control.format(",".join(EXTENSIONS)) in response.text
    assert f'id="file-hint">{", ".join(EXTENSIONS)}; ' in response.text
    assert '<button type="submit">' in response.text
    assert "aria-invalid" not in response.text
    assert "Nothing has been uploaded yet." in response.text


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_file_is_kept_and_listed(
    client: FlaskClient, instance: Path, extension: str
) -> None:
    response = post(client, f"My holiday{extension.upper()}", b"<script>\0\xff")

    assert response.status_code == 303
    assert response.location == PAGE
    with client.session_transaction() as session:
        assert session["_flashes"][-1][0] == "success"
    [(path, content)] = stored(instance).items()
    assert content == b"<script>\0\xff"
    assert re.fullmatch(f"{FOLDER}/My_holiday{RANDOM}{extension}", path)
    name = path.rpartition("/")[2]
    page = client.get(PAGE).text
    assert f'<a href="{PAGE}/{name}">{name}</a>' in page
    assert "Nothing has been uploaded yet." not in page


def test_a_file_comes_back_to_be_saved_and_never_runs(
    client: FlaskClient, instance: Path
) -> None:
    post(client, NAME, b"<script>alert(1)</script>")
    [path] = stored(instance)
    name = path.rpartition("/")[2]

    with client.get(f"{PAGE}/{name}") as response:
        assert response.status_code == 200
        assert response.data == b"<script>alert(1)</script>"
        assert response.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert response.headers["Content-Security-Policy"].endswith("; sandbox")
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_files_of_one_name_are_all_kept(client: FlaskClient, instance: Path) -> None:
    contents = [b"a", b"b", b"c", b"d", b"e", b"f", b"g"]
    for content in contents:
        post(client, NAME, content)

    assert sorted(stored(instance).values()) == contents
    listed = re.findall(rf'href="{PAGE}/([^"]+)"', client.get(PAGE).text)
    assert listed == sorted(path.rpartition("/")[2] for path in stored(instance))


def test_no_file_is_ever_overwritten(
    client: FlaskClient, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(client.application.config, "PROPAGATE_EXCEPTIONS", True)
    monkeypatch.setattr("secrets.token_hex", lambda size: "0" * 2 * size)
    post(client, NAME, b"first")

    with pytest.raises(FileExistsError):
        post(client, NAME, b"second")

    assert list(stored(instance).values()) == [b"first"]


@pytest.mark.parametrize(
    ("stem", "kept"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("/etc/passwd", "etc_passwd"),
        ("..\\..\\boot", "(_?.._)?boot"),
        ("日本語", "file"),
        ("é", "e"),
        ("..a", "a"),
        ("a\0b", "ab"),
        ("CON", "_?CON"),
        ("a<script>", "ascript"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_name_is_made_safe(
    client: FlaskClient, instance: Path, stem: str, kept: str
) -> None:
    assert post(client, stem + EXTENSION).status_code == 303

    [path] = stored(instance)
    assert re.fullmatch(f"{FOLDER}/{kept}{RANDOM}{EXTENSION}", path)


@pytest.mark.parametrize(
    "name",
    [
        "holiday",
        "holiday.",
        "holiday.html",
        "holiday.html\0" + EXTENSION + "\0",
        "../../etc/passwd",
        NAME + ".exe",
        EXTENSION,
        "." + EXTENSION,
        EXTENSION.lstrip("."),
    ],
)
def test_any_other_name_is_a_problem_of_the_field(
    client: FlaskClient, instance: Path, name: str
) -> None:
    response = post(client, name)

    assert response.status_code == 422
    assert 'aria-describedby="file-hint file-error"' in response.text
    assert 'aria-invalid="true" autofocus' in response.text
    assert 'id="file-error">Choose a file of one of these types.</p>' in response.text
    assert stored(instance) == {}


def test_a_form_without_a_file_is_a_problem_of_the_field(client: FlaskClient) -> None:
    text = client.post(PAGE, data={"csrf_token": token(client), "file": "no file"})

    for response in (post(client, ""), text):
        assert response.status_code == 422
        assert 'id="file-error">Choose a file.</p>' in response.text


def test_a_request_over_the_limit_is_refused(
    client: FlaskClient, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LIMIT, 2048)

    assert "; smaller than 2.0 KiB" in client.get(PAGE).text
    assert post(client, NAME, b"x" * 2048).status_code == 413
    assert stored(instance) == {}
    assert post(client, NAME, b"x" * 1000).status_code == 303


def test_a_request_of_unknown_length_is_refused_over_the_limit(
    client: FlaskClient, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LIMIT, 2048)

    for size, status in ((2048, 413), (1000, 303)):
        response = client.post(
            PAGE,
            data={
                "csrf_token": token(client),
                "ignored": "x" * size,
                "file": (BytesIO(b"content"), NAME),
            },
            headers={"Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert response.status_code == status
    assert list(stored(instance).values()) == [b"content"]


def test_what_is_refused_is_read_as_far_as_other_pages_would(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LIMIT, 1024)
    monkeypatch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 4096)

    for size, read in ((2048, 2048), (8192, 0)):
        body = BytesIO(b"x" * size)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        response = client.post(
            PAGE, input_stream=body, content_length=size, headers=headers
        )
        assert (response.status_code, body.tell()) == (413, read)


def test_the_limit_of_other_pages_is_not_the_limit_here(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 10)

    assert post(client, NAME).status_code == 303


def test_only_the_token_of_the_visitors_own_page_is_taken(
    client: FlaskClient, instance: Path
) -> None:
    stranger = token(client)
    with client.session_transaction() as session:
        session.clear()
    own = token(client)

    for wrong in ("", "nonsense", own[:-1], stranger):
        data = {"csrf_token": wrong, "file": (BytesIO(b"content"), NAME)}
        assert client.post(PAGE, data=data).status_code == 400
    assert stored(instance) == {}


@pytest.mark.parametrize("name", ["none", "..", "%2e%2e%2fsecret", "in/secret"])
def test_nothing_else_is_given_back(
    client: FlaskClient, instance: Path, name: str
) -> None:
    inside = instance / FOLDER / "in"
    inside.mkdir(parents=True)
    (inside / "secret").write_text("secret")
    (instance / "uploads" / "secret").write_text("secret")

    assert client.get(f"{PAGE}/{name}").status_code == 404


def test_another_method_is_told_those_that_work(client: FlaskClient) -> None:
    response = client.put(PAGE)

    assert response.status_code == 405
    assert response.allow == {"GET", "HEAD", "OPTIONS", "POST"}
