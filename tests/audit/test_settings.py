"""Settings, wherever code gives them to Flask; and what is none."""

from textwrap import dedent

import pytest

from scaffold.audit import settings
from scaffold.flask_code.module import Module
from scaffold.flask_code.source import Source


def told(code: str) -> list[str]:
    found = settings.of_module(Module(Source("config.py", dedent(code).encode())))
    return [f"{one.line} {one.scope}.{one.name}{'' if one.certain else '?'}" for one in found]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("app.config['A'] = 1", ["1 .A"]),
        ("current_app.config['A']: int = 1", ["1 .A"]),
        ("app.debug = True", ["1 .DEBUG"]),
        ("self.app.secret_key = 'x'", ["1 .SECRET_KEY"]),
        ("app.config.update(A=1, **more)", ["1 .A"]),
        ("app.config.update({'A': 1, 'b': 2, key: 3, **more})", ["1 .A"]),
        ("app.config.from_mapping(\n  A=1,\n  B=2,\n)", ["2 .A", "3 .B"]),
        ("app.config.setdefault('A', 1)", ["1 .A"]),
        ("A = 1\nB: int = 2\nc = 3\nD: int", ["1 .A", "2 .B"]),
        ("class Config(Base):\n  A = 1", ["2 Config.A"]),
        ("def load():\n  return {'A': 1, 'b': 2}", ["2 .A"]),
        ("if x:\n  A = 1\nelse:\n  A = 2", ["2 .A?", "4 .A?"]),
        ("try:\n  A = 1\nexcept OSError:\n  A = 2", ["2 .A?", "4 .A?"]),
        ("def make_app():\n  app.config['A'] = 1", ["2 .A"]),
        ("def make_test_app():\n  app.config['A'] = 1", ["2 .A?"]),
        ("if app.config.setdefault('A', 1):\n  pass", ["1 .A"]),
    ],
)
def test_a_setting_is_found(code: str, found: list[str]) -> None:
    assert told(code) == found


@pytest.mark.parametrize(
    "code",
    [
        "job.debug = True",
        "app.debugger = True",
        "app.state['A'] = 1",
        "app.config[name] = 1",
        "app.config['A']",
        "def view():\n  A = 1",
        "state.update(A=1)",
        "app.config.get('A', 1)",
        "app.config.setdefault('A')",
        "app.config.setdefault(name, 1)",
        "print({'A': 1})",
    ],
)
def test_what_is_no_setting_is_left_alone(code: str) -> None:
    assert told(code) == []


@pytest.mark.parametrize(
    "name", ["DevConfig", "DevelopmentConfig", "TestingConfig", "LocalSettings", "Config_Test", "CIConfig"]
)
def test_a_class_may_be_for_elsewhere(name: str) -> None:
    (one,) = settings.of_module(Module(Source("config.py", f"class {name}:\n  A = 1\n".encode())))

    assert one.elsewhere


@pytest.mark.parametrize("name", ["Config", "Production", "Device", "Latest", "Localized", "Contest", "Circle"])
def test_a_class_that_only_sounds_like_it_is_for_production(name: str) -> None:
    (one,) = settings.of_module(Module(Source("config.py", f"class {name}:\n  A = 1\n".encode())))

    assert not one.elsewhere
