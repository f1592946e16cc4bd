"""A project that has everything that can be added: one instance of each component and feature, in one place."""

import os
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any
from unittest import mock

from scaffold import __main__, catalog, plan, work
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


def answers(layout: str, folder: Path) -> list[tuple[Template, dict[str, Any]]]:
    """Make the project in this process, and return what each template was told and found out on its way."""
    told: list[tuple[Template, dict[str, Any]]] = []

    class Watched(work.Work):
        def bring(self, template: Template, answers: dict[str, Any]) -> bool:
            told.append((template, answers))
            return super().bring(template, answers)

    with chdir(folder), mock.patch.object(plan, "Work", Watched):
        if layout == by_hand.LAYOUT:
            by_hand.write(folder / NAME)
        else:
            assert __main__.run(["new", NAME, "--layout", layout]) == 0
        os.chdir(NAME)
        for words in commands():
            assert __main__.run(words) == 0, words
    return told
