"""What the tests of a project ask for: URLs, endpoints, and the views themselves."""

import ast
import re
from collections.abc import Iterator, Sequence

from scaffold.audit.subject import Subject
from scaffold.flask_code import rule
from scaffold.flask_code.arguments import Malformed
from scaffold.flask_code.files import TEST_FOLDERS

# A piece of a URL that a test computes; it stands for anything.
ANY = "\0"
# A variable of a rule: anything without a slash.
WORD = "\1"
# Tests in other languages, and tables of URLs.
OTHERS = (".feature", ".http", ".js", ".json", ".jsx", ".robot", ".sh", ".toml", ".ts", ".tsx", ".txt", ".yaml", ".yml")
OTHER_FOLDERS = TEST_FOLDERS | {"cypress", "e2e", "__tests__"}
QUOTED = re.compile(r"(?:https?://[^/\s\"'`]+)?(/[^\s\"'`?#]*)")
HOST = re.compile(r"^(?:https?:)?//[^/]*")
CLOSED = {"int": r"-?\d+", "float": r"-?\d+\.\d+", "path": r".+"}
# What walks over all routes asks for each of them.
WALKING = (".iter_rules(", ".url_map")


class Asked:
    """What the tests ask for."""

    def __init__(self, subject: Subject) -> None:
        self._texts: set[str] = set()
        self._computed: set[str] = set()
        self._words: set[str] = set()
        self._everything = False
        for module in subject.tests:
            self._everything = self._everything or any(text in module.source.text for text in WALKING)
            self._read(module.source.tree)
        for path in subject.paths:
            if path.endswith(OTHERS) and OTHER_FOLDERS & set(path.split("/")[:-1]):
                self._texts.update(QUOTED.findall(subject.text(path) or ""))
        paths = {path for text in self._texts for path in _paths(text)}
        self._paths = "\n".join(sorted(path for path in paths if "\n" not in path))
        self._computed = {path for text in self._computed for path in _paths(text)}

    def _read(self, tree: ast.Module) -> None:
        inner = {id(one) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for one in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
                self._texts.add(node.value)
                if "%" in node.value or "{" in node.value:
                    self._computed.add(re.sub(r"%(?:\(\w+\))?[sdr]|\{[^}]*\}", ANY, node.value))
            elif isinstance(node, ast.JoinedStr):
                self._computed.add("".join(_piece(one) for one in node.values))
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                self._computed.add("".join(_added(node)))
            elif isinstance(node, ast.Name | ast.alias):
                self._words.add(node.id if isinstance(node, ast.Name) else node.name)
            elif isinstance(node, ast.Attribute):
                self._words.add(node.attr)

    def any(self, rules: Sequence[str], names: Sequence[str], view: str) -> bool:
        """Tell whether a test asks for one of the rules, for one of the endpoints, or calls the view itself."""
        if self._everything or view in self._words:
            return True
        ends = {name.rpartition(".")[2] for name in names}
        named = {*names, *(f".{end}" for end in ends)}
        return bool(named & self._texts) or any(self._asks(one) for one in rules)

    def _asks(self, text: str) -> bool:
        try:
            parts = list(rule.scan(text))
        except Malformed:
            return True
        pattern = "".join(
            re.escape(part) if isinstance(part, str) else CLOSED.get(part[1], "[^/\n]+") for part in parts
        )
        pattern = f"{pattern.removesuffix('/')}/?" if pattern != "/" else "/"
        if re.search(f"^{pattern}$", self._paths, re.MULTILINE):
            return True
        own = "".join(part if isinstance(part, str) else WORD if part[1] != "path" else ANY for part in parts).rstrip(
            "/"
        )
        return any(_meet(own, one.rstrip("/")) for one in self._computed)


def _paths(text: str) -> Iterator[str]:
    """Yield the path of a URL, also where it is written without its first slash, or behind what is computed."""
    if len(text) > 400 or "\n" in text.strip():
        return
    path = HOST.sub("", text.strip()).partition("?")[0].partition("#")[0]
    word, _, rest = path.partition(" ")
    if word in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"):
        path = rest.strip()
    if " " not in path or path.startswith("/"):
        yield path if path.startswith(("/", ANY)) else f"/{path}"


def _piece(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ANY


def _added(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _added(node.left)
        yield from _added(node.right)
    else:
        yield _piece(node)


def _meet(own: str, other: str) -> bool:
    """Tell whether two patterns have a text in common; one that is all computed says nothing."""
    if not other.replace(ANY, "").strip("/"):
        return False
    if not own.replace(ANY, "").replace(WORD, "").strip("/"):
        return False
    reached = {0}
    for character in other:
        reached = _step(own, reached, character)
        if not reached:
            return False
    return len(own) in _closed(own, reached)


def _closed(own: str, reached: set[int]) -> set[int]:
    """Return the places with those that lie behind what may be nothing."""
    found = set(reached)
    for place in sorted(reached):
        while place < len(own) and own[place] in ANY + WORD:
            place += 1
            found.add(place)
    return found


def _step(own: str, reached: set[int], character: str) -> set[int]:
    current = _closed(own, reached)
    if character == ANY:
        return set(range(min(current), len(own) + 1)) if current else set()
    found = {place + 1 for place in current if place < len(own) and own[place] == character}
    open_to = ANY if character == "/" else ANY + WORD
    return found | {place for place in current if place < len(own) and own[place] in open_to}
