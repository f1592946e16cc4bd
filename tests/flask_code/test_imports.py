"""Imports grow as ruff would have them where they were in order, at their end where they were not."""

import subprocess
import sys
from random import Random

import pytest

from scaffold.flask_code import imports
from scaffold.flask_code.import_text import extended
from scaffold.flask_code.imports import Need
from scaffold.flask_code.module import Module
from scaffold.flask_code.source import Source

LONG = "from flask import Blueprint, Flask, current_app, flash, redirect, request, session, url_for"


@pytest.mark.parametrize(
    ("original", "names", "text"),
    [
        ("from flask import Flask", ["abort"], "from flask import Flask, abort"),
        ("from flask import request", ["Flask"], "from flask import Flask, request"),
        ("from flask import Flask, request", ["abort"], "from flask import Flask, abort, request"),
        ("from flask import request, Flask", ["abort"], "from flask import request, Flask, abort"),
        ("from flask import Flask", ["Flask"], "from flask import Flask"),
        ("from flask import (Flask, request)", ["abort"], "from flask import (Flask, abort, request)"),
        ("from flask import (Flask)", ["abort"], "from flask import (Flask, abort)"),
        ("from flask import Flask, \\\n    request", ["abort"], "from flask import Flask, \\\n    abort, request"),
        ("from flask import request, \\\n    Flask", ["abort"], "from flask import request, \\\n    Flask, abort"),
        (
            "from flask import (\n    Flask,\n    request,\n)",
            ["abort"],
            "from flask import (\n    Flask,\n    abort,\n    request,\n)",
        ),
        ("from flask import (\n\tFlask\n)", ["abort"], "from flask import (\n\tFlask,\n\tabort,\n)"),
        (
            "from flask import (\n    request  # why\n)",
            ["url_for"],
            "from flask import (\n    request,  # why\n    url_for,\n)",
        ),
        (
            "from flask import (\n    request,  # why\n)",
            ["url_for"],
            "from flask import (\n    request,  # why\n    url_for,\n)",
        ),
        (
            "from flask import (\n    # above\n    request,\n)",
            ["Flask"],
            "from flask import (\n    # above\n    Flask,\n    request,\n)",
        ),
        ("from flask import (\n    request)", ["url_for"], "from flask import (\n    request,\n    url_for)"),
        (
            "from flask import (request,\n                   url_for)",
            ["zzz"],
            "from flask import (request,\n                   url_for,\n                   zzz)",
        ),
        ("from flask import (a, b,\n    c, d)", ["bb"], "from flask import (a, b,\n    bb, c, d)"),
        (
            "from flask import (\r\n    request,\r\n)",
            ["url_for"],
            "from flask import (\r\n    request,\r\n    url_for,\r\n)",
        ),
        (
            LONG,
            ["abort"],
            LONG.replace("import Blue", "import (\n    Blue").replace("Flask,", "Flask,\n   abort,").replace(" ", ""),
        ),
    ],
)
def test_an_import_gains_a_name(original: str, names: list[str], text: str) -> None:
    made = extended(original, names, 88)

    if original == LONG:
        made = made.replace(",\n    ", ",").replace(",\n", "").replace(" ", "")
        text = text.replace("\n", "").replace("import(", "import(\n") + ")"
        assert "\n" in made
    assert made == text


NAMES = ["Flask", "Blueprint", "abort", "request", "g", "LIMIT", "url_for", "x2", "x10", "X", "Response", "flash"]
LAYOUTS = [
    "from flask import {line}",
    "from flask import ({line})",
    "from flask import (\n    {lines},\n)",
    "from flask import (\n  {lines}\n)",
]


def test_names_come_and_go_in_any_order() -> None:
    random = Random(3)
    for _ in range(300):
        held = random.sample(NAMES, random.randint(1, 6))
        new = random.sample(sorted(set(NAMES) - set(held)), 3)
        if random.random() < 0.6:
            held.sort(key=lambda name: (not name.isupper() or len(name) < 2, not name[0].isupper(), name.lower()))
        original = random.choice(LAYOUTS).format(line=", ".join(held), lines=",\n    ".join(held))
        limit = random.choice([30, 60, 88])

        at_once = extended(original, new, limit)
        one_by_one = original
        for name in new:
            one_by_one = extended(one_by_one, [name], limit)

        assert at_once == one_by_one
        namespace = at_once.partition("import")[2].strip(" ()\n")
        assert sorted(name.strip() for name in namespace.split(",") if name.strip()) == sorted([*held, *new])


def written(text: str, *needs: Need, paths: frozenset[str] = frozenset()) -> str:
    module = Module(Source("app.py", text.encode()))
    planned = imports.plan(module, module.scope, list(needs), paths, 88, "\n")
    return module.source.spliced(change.splice for change in planned.changes).decode()


UUID, ESCAPE, RENDER, DB = (
    Need("uuid", "UUID"),
    Need("markupsafe", "escape"),
    Need("flask", "render_template"),
    Need("shop.db", "db"),
)


@pytest.mark.parametrize(
    ("before", "needs", "after"),
    [
        ("", [UUID, RENDER], "from uuid import UUID\n\nfrom flask import render_template\n"),
        ('"""Doc."""\n', [UUID], '"""Doc."""\n\nfrom uuid import UUID\n'),
        ('"""Doc."""', [UUID], '"""Doc."""\n\nfrom uuid import UUID\n'),
        ('"""Doc."""\nx = 1\n', [UUID], '"""Doc."""\n\nfrom uuid import UUID\n\nx = 1\n'),
        ("#!/bin/python\n# x\nx = 1\n", [UUID], "#!/bin/python\n# x\nfrom uuid import UUID\n\nx = 1\n"),
        ("def f(): pass\n", [UUID], "from uuid import UUID\n\n\ndef f(): pass\n"),
        (
            "from __future__ import annotations\n",
            [UUID],
            "from __future__ import annotations\n\nfrom uuid import UUID\n",
        ),
        ("import os\nimport zlib\n\nx = 1\n", [UUID], "import os\nimport zlib\nfrom uuid import UUID\n\nx = 1\n"),
        (
            "import os\n\nfrom flask import Flask\n",
            [UUID, ESCAPE],
            "import os\nfrom uuid import UUID\n\nfrom flask import Flask\nfrom markupsafe import escape\n",
        ),
        (
            "from flask import Flask\n",
            [UUID, Need("json")],
            "import json\nfrom uuid import UUID\n\nfrom flask import Flask\n",
        ),
        (
            "from flask import Flask\nimport os\n",
            [UUID, ESCAPE],
            "from flask import Flask\nimport os\nfrom uuid import UUID\nfrom markupsafe import escape\n",
        ),
        ("import os\nx = 1", [UUID], "import os\nfrom uuid import UUID\nx = 1"),
        ("import os", [UUID], "import os\nfrom uuid import UUID\n"),
        ("import os\n\nfrom . import x\n", [DB], "import os\n\nfrom shop.db import db\n\nfrom . import x\n"),
        (
            "from flask import Flask\n\nfrom shop import a\n",
            [DB, UUID],
            "from uuid import UUID\n\nfrom flask import Flask\n\nfrom shop import a\nfrom shop.db import db\n",
        ),
        ("if x:\n    from uuid import UUID\n", [], "if x:\n    from uuid import UUID\n"),
        ("import flask as fl\n", [RENDER], "import flask as fl\n"),
        ("import os.path\n", [Need("os")], "import os.path\n"),
    ],
)
def test_a_new_import_has_its_place(before: str, needs: list[Need], after: str) -> None:
    assert written(before, *needs, paths=frozenset(["shop/db.py", "shop/__init__.py"])) == after


def test_what_is_added_to_an_ordered_file_leaves_nothing_for_ruff() -> None:
    random = Random(5)
    ruff = [f"{sys.prefix}/bin/ruff"]
    subprocess.run([*ruff, "--version"], check=True, capture_output=True)
    modules = [
        "os",
        "json",
        "uuid",
        "flask",
        "markupsafe",
        "werkzeug",
        "click",
        "flask.views",
        "collections.abc",
        "zlib",
    ]
    for _ in range(12):
        lines = [
            f"from {module} import {name}"
            for module in modules
            for name in random.sample(NAMES, 2)
            if random.random() < 0.4
        ]
        lines += [f"import {module}" for module in modules if random.random() < 0.3 and "." not in module]
        sort = [*ruff, "check", "--isolated", "--select", "I", "--fix", "-q", "-"]
        ordered = subprocess.run(sort, input="\n".join(lines) + "\n", text=True, capture_output=True, check=True).stdout
        needs = [Need(module, name) for module in random.sample(modules, 3) for name in random.sample(NAMES, 2)]

        text = written(ordered, *dict.fromkeys(needs))

        assert subprocess.run(sort, input=text, text=True, capture_output=True, check=True).stdout == text
