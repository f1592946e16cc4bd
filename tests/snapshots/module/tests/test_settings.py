import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask


@pytest.mark.parametrize("environment", ["", "production", "staging"])
def test_production_is_the_default(
    start: Callable[..., Flask], environment: str
) -> None:
    assert start(APP_ENV=environment).config["PRODUCTION"]


@pytest.mark.parametrize("environ", [{"APP_ENV": "development"}, {"FLASK_DEBUG": "1"}])
def test_development_has_to_be_asked_for(
    start: Callable[..., Flask], environ: dict[str, str]
) -> None:
    assert not start(**environ).config["PRODUCTION"]


def test_what_is_not_set_has_a_sane_default(start: Callable[..., Flask]) -> None:
    config = start(MAX_CONTENT_LENGTH="", TRUSTED_HOSTS=" ").config

    assert config["MAX_CONTENT_LENGTH"] == 16 * 1024 * 1024
    assert config["MAX_FORM_MEMORY_SIZE"] == 500_000
    assert config["MAX_FORM_PARTS"] == 1_000
    assert config["SECRET_KEY_FALLBACKS"] == []
    assert config["TRUSTED_HOSTS"] == ["localhost", "127.0.0.1"]


def test_the_environment_decides(start: Callable[..., Flask]) -> None:
    config = start(
        MAX_CONTENT_LENGTH="1024",
        MAX_FORM_MEMORY_SIZE="512",
        MAX_FORM_PARTS="3",
        TRUSTED_HOSTS="example.com, .example.org",
    ).config

    assert config["MAX_CONTENT_LENGTH"] == 1024
    assert config["MAX_FORM_MEMORY_SIZE"] == 512
    assert config["MAX_FORM_PARTS"] == 3
    assert config["TRUSTED_HOSTS"] == ["example.com", ".example.org"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "loud"),
        ("MAX_CONTENT_LENGTH", "16 MiB"),
        ("MAX_FORM_MEMORY_SIZE", "1.5"),
        ("MAX_FORM_PARTS", "many"),
        ("PROXY_HOPS", "-1"),
        ("TRUSTED_HOSTS", "*"),
        ("TRUSTED_HOSTS", "example.com:8000"),
        ("TRUSTED_HOSTS", "https://example.com"),
        ("TRUSTED_HOSTS", "Example.com"),
        ("TRUSTED_HOSTS", "example.com,"),
    ],
)
def test_a_value_that_makes_no_sense_stops_the_app_at_its_start(
    start: Callable[..., Flask], name: str, value: str
) -> None:
    with pytest.raises(RuntimeError, match=f"^{name} .*\\.$"):
        start(**{name: value})


def test_the_flask_command_finds_the_app_by_itself() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "flask", "routes"],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "APP_ENV": "development"},
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stderr
    assert "/healthz" in result.stdout
