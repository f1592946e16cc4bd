"""What a secret is set to."""

import pytest

from scaffold.audit import keys, settings
from scaffold.envfile import EnvFile
from scaffold.flask_code.module import Module
from scaffold.flask_code.source import Source


def setting(value: str) -> settings.Setting:
    """Return the setting that has this value."""
    found = settings.of_module(Module(Source("config.py", f"KEY_OF_OURS = 'abc'\nSECRET_KEY = {value}\n".encode())))
    return found[-1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9f2c41d07be85a36c1e04d7f92ab6c58", ""),
        ("b'\\xf0?a\\x9a\\\\\\xff\\xd4;\\x0c\\xcbHi'", ""),
        ("dev", "is a placeholder"),
        ("CHANGE_ME", "is a placeholder"),
        ("your-secret-key-here", "is a placeholder"),
        ("you-will-never-guess", "is a placeholder"),
        ("this is not so secret", "is a placeholder"),
        ("<generate one>", "is a placeholder"),
        ("hunter2", "has 7 characters"),
        ("abababababababababab", "hardly varies"),
    ],
)
def test_a_weak_secret_is_told_from_a_strong_one(text: str, reason: str) -> None:
    assert keys.weakness(text) == reason


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("'x'", "x"),
        ("b'x'", "x"),
        ("'x' + 'y'", "xy"),
        ("KEY_OF_OURS", "abc"),
        ("OTHER", None),
        ("f'{x}'", None),
        ("read()", None),
        ("None", None),
    ],
)
def test_a_text_in_the_code_is_read(value: str, text: str | None) -> None:
    assert keys.written(setting(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("os.environ.get('K', 'x')", "x"),
        ("os.getenv('K', KEY_OF_OURS)", "abc"),
        ("env.str('K', default='x')", "x"),
        ("environ.get('K') or 'x'", "x"),
        ("environ.get('K') and 'x'", None),
        ("environ.get('K') or read()", None),
        ("environ.get('K')", None),
        ("environ['K']", None),
        ("derive('a', 'b')", None),
        ("env(default='x')", None),
    ],
)
def test_a_text_that_counts_without_a_variable_is_read(value: str, text: str | None) -> None:
    assert keys.fallback(setting(value)) == text


@pytest.mark.parametrize(
    ("value", "is_random"),
    [
        ("os.urandom(24)", True),
        ("os.urandom(24).hex()", True),
        ("secrets.token_urlsafe(32)", True),
        ("str(uuid4())", True),
        ("uuid.uuid4().hex", True),
        ("str(os.urandom(8).hex())", True),
        ("str()", False),
        ("read()()", False),
        ("read().decode()", False),
        ("os.environ.get('K') or os.urandom(24)", False),
    ],
)
def test_a_key_of_each_start_is_told_from_one_that_stays(value: str, is_random: bool) -> None:
    assert keys.is_random(setting(value)) is is_random


def test_secrets_of_a_file_are_told_by_their_names() -> None:
    text = (
        b"SECRET_KEY=a\nDB_PASSWORD=b\nexport API_KEY=c\nMAIL_TOKEN=\nTOKENS_PER_DAY=5\nSECRET_KEY_FILE=d\nTOKEN\n=x\n"
    )

    assert list(keys.secrets(EnvFile(text))) == [("SECRET_KEY", "a", 1), ("DB_PASSWORD", "b", 2), ("API_KEY", "c", 3)]
