"""A file of environment variables: read as python-dotenv reads it, changed one value at a time."""

import re
from collections.abc import Iterator

from scaffold.fields import Fields

BLANK = re.compile(r"\s*")
EXPORT = re.compile(r"(?:export[^\S\r\n]+)?")
KEY = re.compile(r"(?=#)|'([^']+)'|(?!')([^=#\s]+)")
EQUALS = re.compile(r"[^\S\r\n]*=([^\S\r\n]*)")
QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
UNQUOTED = re.compile(r"[^\r\n]*")
END = re.compile(r"[^\S\r\n]*(#[^\r\n]*)?(?:\r\n|\n|\r|\Z)")
REST = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
LAST = re.compile(r"(?:\r\n|\n|\r)\Z")
REMARK = re.compile(r"\s+#")
ESCAPES = {"'": re.compile(r"\\([\\'])"), '"': re.compile(r"\\([\\'\"abfnrtv])")}
ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
NEWLINE = re.compile(r"\r\n|\n|\r")
# What every reader of such files, a shell too, takes as it is.
PLAIN = re.compile(r"[\w.,:/+=@%^-]+", re.ASCII)
BOM = "\ufeff"


class Statement(Fields):
    """One statement of the file, and where in the text it is: a variable, a comment, or what nobody can read.

    `value` is None for a variable without an equals sign, which sets nothing. The span of a value has its quotes.
    """

    start: int
    end: int
    name: str | None = None
    value: str | None = None
    span: tuple[int, int] = (0, 0)
    exported: bool = False
    readable: bool = True


class EnvFile:
    """The text of one file. Bytes that are no UTF-8 stay what they are."""

    def __init__(self, data: bytes) -> None:
        self.text = data.decode("utf-8", "surrogateescape")

    @property
    def data(self) -> bytes:
        """Return the file as it is now."""
        return self.text.encode("utf-8", "surrogateescape")

    def statements(self) -> Iterator[Statement]:
        """Yield the statements in their order."""
        at = len(BOM) if self.text.startswith(BOM) else 0
        while (at := _skipped(BLANK, self.text, at)) < len(self.text):
            statement = _statement(self.text, at)
            yield statement
            at = statement.end

    def find(self, name: str) -> Statement | None:
        """Return the statement that decides the variable: the last one, even when it sets nothing."""
        found = [one for one in self.statements() if one.name == name]
        return found[-1] if found else None

    def get(self, name: str) -> str:
        """Return the value of the variable, empty when it has none."""
        found = self.find(name)
        return (found and found.value) or ""

    def line(self, statement: Statement) -> int:
        """Return the number of the line on which the statement begins."""
        return 1 + len(NEWLINE.findall(self.text, 0, statement.start))

    def set(self, name: str, value: str, beside: str = "") -> None:
        """Give the variable a value: in its place, else below where it is commented out, else below another one."""
        found = self.find(name)
        if found is None:
            self._insert(name, value, self._commented_out(name) or self.find(beside))
        elif found.value is None:
            gap = " " if self.text.startswith("#", found.span[1]) else ""
            self._put(*found.span, f"={written(value)}{gap}")
        else:
            start, end = found.span
            self._put(start, end, written(value, self.text[start:end][:1]))

    def unset(self, name: str) -> None:
        """Take every statement of the variable out; a remark behind it stays."""
        for one in reversed(list(self.statements())):
            if one.name != name:
                continue
            after = END.match(self.text, one.span[1])
            start = len(self.text[: one.start].rstrip(" \t"))
            if after and after[1]:
                self._put(start, after.start(1), "")
            elif self.text.endswith(("\n", "\r")) or one.end < len(self.text):
                self._put(start, one.end, "")
            else:  # the last line has no newline, so the one before it will have none
                self._put(len(LAST.sub("", self.text[:start])), one.end, "")

    def _put(self, start: int, end: int, text: str) -> None:
        self.text = self.text[:start] + text + self.text[end:]

    def _commented_out(self, name: str) -> Statement | None:
        looks = re.compile(rf"#\s*(?:export\s+)?{name}\s*=")
        found = [one for one in self.statements() if one.name is None and looks.match(self.text, one.start)]
        return found[-1] if found else None

    def _insert(self, name: str, value: str, after: Statement | None) -> None:
        at = after.end if after else len(self.text)
        before = self.text[:at]
        newline = (NEWLINE.findall(before) or NEWLINE.findall(self.text) or ["\n"])[-1]
        export = "export " if after and after.exported else ""
        line = f"{export}{name}={written(value)}"
        whole = not before.removeprefix(BOM) or before.endswith(("\n", "\r"))
        self._put(at, at, line + newline if whole else newline + line)


def written(value: str, quote: str = "") -> str:
    """Return the value as a file has it: in these quotes where they can hold it, without any where it needs none."""
    own = quote if quote in ESCAPES else ""
    if PLAIN.fullmatch(value):
        return f"{own}{value}{own}"
    for mark in filter(None, (own, "'", '"')):
        if not {mark, "\\", "\n", "\r"} & set(value):
            return f"{mark}{value}{mark}"
    escaped = re.sub(r'[\\"]', r"\\\g<0>", value).replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _skipped(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _statement(text: str, start: int) -> Statement:
    begin = _skipped(EXPORT, text, start)
    key = KEY.match(text, begin)
    if key is None:
        return _unreadable(text, start, begin)
    at, value, span = key.end(), None, (key.end(), key.end())
    if equals := EQUALS.match(text, at):
        at = equals.end()
        value, span = _value(text, at, equals.start(1))
        if value is None:
            return _unreadable(text, start, at)
    end = END.match(text, span[1])
    if end is None:
        return _unreadable(text, start, span[1])
    return Statement(start, end.end(), key[1] or key[2], value, span, begin > start)


def _value(text: str, at: int, equals: int) -> tuple[str | None, tuple[int, int]]:
    """Return the value and its span; an empty one is where it would be written, right behind the equals sign."""
    first = text[at : at + 1]
    if first in ESCAPES:
        quoted = QUOTED.match(text, at)
        return (_unescaped(quoted[0]), quoted.span()) if quoted else (None, (at, at))
    if first in ("", "\n", "\r") or (first == "#" and at > equals):
        return "", (equals, equals)
    value = REMARK.split(text[at : _skipped(UNQUOTED, text, at)], maxsplit=1)[0].rstrip()
    return value, (at, at + len(value))


def _unescaped(quoted: str) -> str:
    plain = NEWLINE.sub("\n", quoted[1:-1])
    return ESCAPES[quoted[0]].sub(lambda found: ESCAPED.get(found[1], found[1]), plain)


def _unreadable(text: str, start: int, at: int) -> Statement:
    return Statement(start, _skipped(REST, text, at), readable=False)
