"""A Python file as bytes: read by its own encoding, addressed by the positions of its tree, and spliced."""

import ast
import codecs
import gc
import re
import warnings
from collections.abc import Iterable
from functools import cached_property, lru_cache

from scaffold.errors import Unreadable
from scaffold.fields import Fields

COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
BLANK = re.compile(rb"[ \t\f]*(?:#.*)?$")
# What Python calls the end of a line; str.splitlines() knows seven more.
LINE_END = re.compile(r"\r\n|\r|\n")


class Splice(Fields):
    """A text that takes the place of the characters from start to end; start == end inserts."""

    start: int
    end: int
    text: str


class Source:
    """The text of one file and its tree; `raw` is what the disk or the plan holds."""

    def __init__(self, path: str, raw: bytes) -> None:
        self.path = path
        self.raw = raw
        self.bom = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
        self.encoding = _encoding(raw[len(self.bom) :]) or "utf-8"
        if self.bom and self.encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
            raise Unreadable(path, 1, f"it has a byte order mark of UTF-8 and says that it is {self.encoding}")
        self.text = self._decoded(raw[len(self.bom) :])
        self.starts = [0, *(match.end() for match in LINE_END.finditer(self.text))]

    def _decoded(self, raw: bytes) -> str:
        try:
            text = raw.decode(self.encoding)
            if text.encode(self.encoding) == raw:
                return text
        except LookupError:
            raise Unreadable(self.path, 1, f"'{self.encoding}' is no encoding that Python knows") from None
        except UnicodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else None
            raise Unreadable(self.path, line, f"it is not {self.encoding}") from None
        raise Unreadable(self.path, None, f"its bytes are not what {self.encoding} would write")

    @cached_property
    def tree(self) -> ast.Module:
        """Return the syntax tree; raise `Unreadable` with the line when there is none."""
        try:
            return _tree(self.text)
        except SyntaxError as error:
            raise Unreadable(self.path, error.lineno, f"it is not Python {_version()} ({error.msg})") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise Unreadable(self.path, None, f"Python cannot parse it ({error})") from None

    def offset(self, line: int, column: int) -> int:
        """Return the character at a position of the tree, whose columns count the bytes of UTF-8."""
        start = self.starts[line - 1]
        text = self.text[start : self.starts[line] if line < len(self.starts) else None]
        return start + (column if text.isascii() else len(text.encode()[:column].decode()))

    def start(self, node: ast.stmt | ast.expr | ast.arg | ast.alias) -> int:
        """Return where the node begins; decorators are not part of it."""
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.stmt | ast.expr | ast.arg | ast.alias) -> int:
        """Return where the node ends."""
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def segment(self, node: ast.stmt | ast.expr | ast.arg | ast.alias) -> str:
        """Return the node's own text."""
        return self.text[self.start(node) : self.end(node)]

    def line(self, number: int) -> str:
        """Return a line without its end; '' outside the file."""
        if not 1 <= number <= len(self.starts):
            return ""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")

    def line_of(self, offset: int) -> int:
        """Return the number of the line that holds the character."""
        from bisect import bisect_right

        return bisect_right(self.starts, offset)

    def line_end(self, number: int) -> str:
        """Return how this line ends; where it does not, how the one before it does."""
        for candidate in range(min(number, len(self.starts)), 0, -1):
            end = self.starts[candidate] if candidate < len(self.starts) else len(self.text)
            whole = self.text[self.starts[candidate - 1] : end]
            if found := whole[len(whole.rstrip("\r\n")) :]:
                return found[-2:] if found.endswith("\r\n") else found[-1]
        return "\n"

    def spliced(self, splices: Iterable[Splice]) -> bytes:
        """Return the bytes with these texts in their places; every other byte is the file's own."""
        pieces, position = [self.bom], 0
        for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
            pieces += [self._encoded(self.text[position : splice.start]), self._encoded(splice.text)]
            position = splice.end
        return b"".join([*pieces, self._encoded(self.text[position:])])

    def writes(self, text: str) -> bool:
        """Tell whether the file's encoding has every character of the text."""
        try:
            return bool(text.encode(self.encoding)) or not text
        except UnicodeError:
            return False

    def _encoded(self, text: str) -> bytes:
        try:
            return text.encode(self.encoding)
        except UnicodeError:
            raise Unreadable(self.path, None, f"its encoding {self.encoding} cannot hold the new text") from None


@lru_cache(maxsize=32)
def _tree(text: str) -> ast.Module:
    # One command reads some texts twice: as they are before an edit and after the one before it.
    enabled = gc.isenabled()
    gc.disable()  # a tree has no cycles, and collecting while it grows takes a third of the time
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    finally:
        if enabled:
            gc.enable()


def _encoding(raw: bytes) -> str | None:
    """Return what the coding cookie says: a comment on the first line, or on the second after an empty first."""
    lines = raw[:400].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")[:2]
    for line in lines:
        if found := COOKIE.match(line):
            return found[1].decode("ascii", "replace")
        if not BLANK.match(line):
            break
    return None


def _version() -> str:
    from sys import version_info

    return f"{version_info[0]}.{version_info[1]}"
