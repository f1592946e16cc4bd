"""A project that has everything that can be added: one instance of each component and feature, in one place."""

import os
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from scaffold import __main__, catalog, plan, work
from scaffold.edits import Fragment
from scaffold.template import Template
from tests import by_hand

NAME = "everything"
# A field of each type.
FIELDS = """
full_name:str nickname:str? about:text? email:email? site:url? phone:tel? age:int? score:float? born:date wake:time?
colour:choice(red,green) agree:bool code:password
"""
# What follows `scaffold add`, in an order in which each finds what it needs.
ADDED = [
    ["csrf"],
    ["route", "/hello/<name>"],
    ["route", "/post/<int:post_id>", "--methods", "GET,POST,DELETE", "--returns", "json"],
    ["route", "/welcome/", "/welcome/<name>", "--methods", "GET,POST", "--one-function"],
    ["route", "/records/<int:year>/<name>", "--returns", "file"],
    ["route", "/search", "--query", "page:int", "--query", "words=all"],
    ["page", "about"],
    ["form", "contact", "name:str", "email:email", "message:text"],
    ["form", "survey", *FIELDS.split()],
    ["upload", "photos"],
    ["login"],
    ["blueprint", "shop", "--url-prefix", "/shop"],
    ["blueprint", "parts", "--parent", "shop"],
    ["route", "/item/<int:item_id>", "--blueprint", "shop"],
    ["cookie", "theme", "--values", "light,dark"],
    ["cookie", "language", "--deferred", "--values", "en,de"],
    ["api", "notes"],
    ["command", "greet"],
    ["middleware", "timing"],
    ["error", "404"],
    ["redirect", "/old", "/"],
    ["redirect", "/former", "contact.show"],
    ["redirect", "/away", "https://example.com/"],
]


def commands() -> Iterator[list[str]]:
    """Return the words of every `scaffold add`; a route for each thing that one can return comes on top."""
    for words in [*ADDED, *_routes()]:
        yield ["add", *words]


def _routes() -> Iterator[list[str]]:
    questions = {question["name"]: question for question in catalog.find("component", "route").questions}
    for returns in questions["returns"]["choices"]:
        yield ["route", f"/returns/{returns}", "--returns", returns]


class Brought(NamedTuple):
    """What one template brought into the project: what it was told, its files, and what its edits put in."""

    template: Template
    answers: dict[str, Any]
    # The command that it came with.
    words: tuple[str, ...]
    files: list[str]
    fragments: list[Fragment]


def answers(layout: str, folder: Path) -> list[tuple[Template, dict[str, Any]]]:
    """Make the project in this process, and return what each template was told and found out on its way."""
    return [(one.template, one.answers) for one in brought(layout, folder)]


def brought(layout: str, folder: Path) -> list[Brought]:
    """Make the project in this process, and return what each template brought into it."""
    found: list[Brought] = []
    words: list[str] = []

    class Watched(work.Work):
        def bring(self, template: Template, answers: dict[str, Any]) -> bool:
            files, fragments = set(self.files), len(self.fragments)
            done = super().bring(template, answers)
            own = [path for path in self.files if path not in files]
            found.append(Brought(template, answers, tuple(words), own, self.fragments[fragments:]))
            return done

    with chdir(folder), mock.patch.object(plan, "Work", Watched):
        if layout == by_hand.LAYOUT:
            by_hand.write(folder / NAME)
        else:
            words[:] = ["new", NAME, "--layout", layout]
            assert __main__.run(list(words)) == 0
        os.chdir(NAME)
        for words[:] in commands():
            assert __main__.run(list(words)) == 0, words
    return found
