"""Entries of the list in the navigation of the page that others extend."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold.changes import Changes
from scaffold.edits import Context, Fragment, page
from scaffold.errors import Edited, NoPlace

# What is no markup, whatever it looks like.
COMMENT = re.compile(r"<!--.*?-->|\{#.*?#\}", re.DOTALL)
NAVIGATION = re.compile(r"<nav\b.*?</nav>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<(/?)(ul|ol|li)\b[^>]*>", re.IGNORECASE)
LINK = re.compile(r"url_for\([^)]*\)")
CLASS = re.compile(r'<(li|a)\b[^>]*?\sclass="([^"{}]*)"', re.IGNORECASE)
# What a class says of one entry alone: the one of the page that is shown.
STATES = frozenset(["active", "current", "is-active", "selected", "disabled"])


def target(edit: Mapping[str, Any], context: Context) -> str:
    """Return the base page's path, '' in a project that has no list to put an entry into."""
    try:
        base, _, _ = page.base_of(context)
    except NoPlace:
        return ""
    folders = [context.answers["templates_dir"], *context.answers.get("templates_dirs", ())]
    return next((f"{one}/{base}" for one in folders if context.changes.read(f"{one}/{base}") is not None), "")


def apply(edit: Mapping[str, Any], target: str, context: Context) -> list[Fragment]:
    """Put the entries at the end of the first navigation's list, unless it links to the first of them already."""
    text = ((context.changes.read(target) if target else None) or b"").decode("utf-8", "replace")
    found = None if "\ufffd" in text else _list(text)
    if found is None:
        return []
    items, end = found
    newline = "\r\n" if "\r\n" in text else "\n"
    closing = text[text.rfind("\n", 0, end) + 1 : end]
    indent = _indent(text, items[-1]) if items else f"{closing}  "
    lines = context.template.source(edit["source"], context.answers).strip("\n").split("\n")
    if items:
        lines = [_dressed(line, text[items[-1] : end]) for line in lines]
    entry = "".join(f"{indent}{line}".rstrip() + newline for line in lines)
    link = LINK.search(entry)
    if link and any(link[0] in one[0] for one in NAVIGATION.finditer(text)):
        return []
    start = end - len(closing)
    context.changes.put(target, (text[:start] + entry + text[start:]).encode())
    return [Fragment(target, entry, "nav")]


def _list(text: str) -> tuple[list[int], int] | None:
    """Return where the items of the first navigation's list begin, and where the list ends on a line of its own."""
    plain = COMMENT.sub(lambda found: " " * len(found[0]), text)
    for navigation in NAVIGATION.finditer(plain):
        items: list[int] = []
        depth = 0
        for tag in TAG.finditer(plain, navigation.start(), navigation.end()):
            name, closes = tag[2].lower(), bool(tag[1])
            if name == "li":
                items += [tag.start()] if depth == 1 and not closes else []
                continue
            depth += -1 if closes else 1
            if depth == 0 and name == "ul" and not text[text.rfind("\n", 0, tag.start()) + 1 : tag.start()].strip():
                return items, tag.start()
            items = items if depth else []
    return None


def _indent(text: str, place: int) -> str:
    before = text[text.rfind("\n", 0, place) + 1 : place]
    return before[: len(before) - len(before.lstrip())]


def _dressed(line: str, neighbour: str) -> str:
    """Return the line with the classes that the entry before it has, as a style sheet of the project wants them."""
    for name, held in reversed(CLASS.findall(neighbour)):
        classes = " ".join(one for one in held.split() if one not in STATES)
        if classes and f'<{name} class="' not in line:
            line = re.sub(rf"<{name}(?=[ >])", f'<{name} class="{classes}"', line, count=1)
    return line


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the page without these entries; raise `Edited` when somebody has changed one and it is still there."""
    held = changes.read(path)
    if held is None:
        return
    for one in fragments:
        text = str(one["text"]).encode()
        start = held.rfind(text)
        if start >= 0 and text:
            held = held[:start] + held[start + len(text) :]
        elif (link := LINK.search(str(one["text"]))) and link[0].encode() in held:
            raise Edited(path, held.count(b"\n", 0, held.index(link[0].encode())) + 1, link[0])
    changes.put(path, held)
