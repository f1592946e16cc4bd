"""The page that the project's pages extend, and the block of it that holds what is on them."""

import re
from collections import Counter
from collections.abc import Iterable

from scaffold.changes import Changes
from scaffold.errors import ScaffoldError
from scaffold.fields import Fields

EXTENDS = re.compile(r"\{%-?\s*extends\s+['\"]([^'\"]+)['\"]")
BLOCK = re.compile(r"\{%-?\s*block\s+(\w+)")
# Blocks that are for something else, whatever the page is about.
ASIDE = ("title", "head", "meta", "script", "style", "css", "js", "nav", "menu", "footer", "sidebar", "class")
USUAL = ("content", "body", "main", "app_content", "page_content", "page")
PAGES = (".html", ".htm", ".jinja", ".j2")


class BasePage(Fields):
    """What a new page extends; `title` is '' where the base page has no block for it."""

    name: str
    body: str
    title: str


def find(changes: Changes, folders: Iterable[str]) -> BasePage | None:
    """Return the page that most others extend and that has a block for the content; None when there is none."""
    pages = dict(_pages(changes, folders))
    extended = Counter(found[1] for text in pages.values() if (found := EXTENDS.search(text)))
    names = [name for name, _ in extended.most_common()]
    for name in [*names, *(usual for usual in ("base.html", "layout.html") if usual not in names)]:
        blocks = _blocks(name, pages)
        body = _body(name, blocks, pages)
        if body:
            return BasePage(name, body, "title" if "title" in blocks else "")
    return None


def _pages(changes: Changes, folders: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield each page's name, as `extends` takes it, and its text; the first folder wins, as in Flask."""
    for folder in reversed(list(dict.fromkeys(folders))):
        for path in changes.paths():
            if path.startswith(f"{folder}/") and path.endswith(PAGES):
                yield path[len(folder) + 1 :], _text(changes, path)


def _text(changes: Changes, path: str) -> str:
    try:
        return (changes.read(path) or b"").decode("utf-8", "replace")
    except ScaffoldError:  # a page that nobody may read is one less to learn from
        return ""


def _blocks(name: str, pages: dict[str, str]) -> list[str]:
    """Return the blocks of a page and of those that it extends itself."""
    found: list[str] = []
    seen: set[str] = set()
    while name in pages and name not in seen:
        seen.add(name)
        found += BLOCK.findall(pages[name])
        above = EXTENDS.search(pages[name])
        name = above[1] if above else ""
    return found


def _body(base: str, blocks: list[str], pages: dict[str, str]) -> str:
    """Return the block that most pages fill, of those that are not for a title, a script and the like."""
    candidates = [block for block in dict.fromkeys(blocks) if not any(word in block.lower() for word in ASIDE)]
    children = [text for text in pages.values() if (found := EXTENDS.search(text)) and found[1] == base]
    filled: Counter[str] = Counter(one for text in children for one in BLOCK.findall(text) if one in candidates)
    if filled:
        return max(filled, key=lambda block: (filled[block], block in USUAL))
    return next((block for block in USUAL if block in candidates), candidates[0] if candidates else "")
