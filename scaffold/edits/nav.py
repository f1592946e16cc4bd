"""Entries of the list in the navigation of the page that others extend."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold.changes import Changes
from scaffold.edits import Context, Fragment, page
from scaffold.errors import Edited, NoPlace

NAVIGATION = re.compile(r"<nav\b.*?</nav>", re.DOTALL | re.IGNORECASE)
LIST_END = re.compile(r"[ \t]*</ul>", re.IGNORECASE)
LINK = re.compile(r"url_for\([^)]*\)")
ITEM = re.compile(r"^([ \t]*)<li\b", re.MULTILINE | re.IGNORECASE)


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
    held = context.changes.read(target) if target else None
    text = (held or b"").decode("utf-8", "replace")
    found = NAVIGATION.search(text)
    end = LIST_END.search(text, found.start(), found.end()) if found else None
    if found is None or end is None or "\ufffd" in text or text[: end.start()].rpartition("\n")[2].strip():
        return []
    newline = "\r\n" if "\r\n" in text else "\n"
    items = ITEM.findall(text, found.start(), end.start())
    indent = items[-1] if items else f"{end[0].partition('<')[0]}  "
    lines = context.template.source(edit["source"], context.answers).strip("\n").split("\n")
    entry = "".join(f"{indent}{line}".rstrip() + newline for line in lines)
    link = LINK.search(entry)
    if link and link[0] in found[0]:
        return []
    context.changes.put(target, (text[: end.start()] + entry + text[end.start() :]).encode())
    return [Fragment(target, entry, "nav")]


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
        if start >= 0:
            held = held[:start] + held[start + len(text) :]
        elif (link := LINK.search(str(one["text"]))) and link[0].encode() in held:
            raise Edited(path, held.count(b"\n", 0, held.index(link[0].encode())) + 1, link[0])
    changes.put(path, held)
