"""The diff that shows changes, in the form that `git apply` takes."""

from collections.abc import Iterator

from scaffold.fields import Fields

CONTEXT = 3
QUOTED = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


class Side(Fields):
    """A file before or after: its bytes and whether it may be executed."""

    data: bytes
    executable: bool = False

    @property
    def mode(self) -> str:
        """Return the mode as git writes it."""
        return "100755" if self.executable else "100644"


def of_file(path: str, before: Side | None, after: Side | None) -> bytes:
    """Return the diff of one file; `None` is a file that is not there."""
    lines = list(_modes(before, after))
    old, new = before.data if before else b"", after.data if after else b""
    if b"\0" in old or b"\0" in new:
        lines += _binary(before, after) if old != new else []
    elif old != new:
        lines += _names(path, before, after)
        lines += hunks(old, new)
    # Git knows no other modes than its two: a change between others is nothing to it.
    return f"diff --git {_quoted('a/' + path)} {_quoted('b/' + path)}\n".encode() + b"".join(lines) if lines else b""


def _modes(before: Side | None, after: Side | None) -> Iterator[bytes]:
    if before is None and after is not None:
        yield f"new file mode {after.mode}\n".encode()
    elif after is None and before is not None:
        yield f"deleted file mode {before.mode}\n".encode()
    elif before and after and before.mode != after.mode:
        yield f"old mode {before.mode}\nnew mode {after.mode}\n".encode()


def _names(path: str, before: Side | None, after: Side | None) -> Iterator[bytes]:
    for sign, side, prefix in (("---", before, "a/"), ("+++", after, "b/")):
        name = _quoted(prefix + path) if side else "/dev/null"
        yield f"{sign} {name}{chr(9) if ' ' in name else ''}\n".encode()


def hunks(old: bytes, new: bytes) -> Iterator[bytes]:
    """Yield the hunks that lead from the old bytes to the new; lines end at the newline only, as git has it."""
    from difflib import SequenceMatcher

    before, after = _lines(old), _lines(new)
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(CONTEXT):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n".encode()
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from _signed(b" ", before[i1:i2])
            else:
                yield from _signed(b"-", before[i1:i2])
                yield from _signed(b"+", after[j1:j2])


def _lines(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _signed(sign: bytes, lines: list[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield sign + line
        if not line.endswith(b"\n"):
            yield b"\n\\ No newline at end of file\n"


def _range(start: int, stop: int) -> str:
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _binary(before: Side | None, after: Side | None) -> Iterator[bytes]:
    # A binary patch is applied only under a full index line.
    yield f"index {_blob(before)}..{_blob(after)}\nGIT binary patch\n".encode()
    yield from _literal(after.data if after else b"")
    yield from _literal(before.data if before else b"")


def _blob(side: Side | None) -> str:
    from hashlib import sha1

    if side is None:
        return "0" * 40
    return sha1(b"blob %d\0" % len(side.data) + side.data, usedforsecurity=False).hexdigest()


def _literal(data: bytes) -> Iterator[bytes]:
    from base64 import b85encode
    from zlib import compress

    yield f"literal {len(data)}\n".encode()
    packed = compress(data)
    for start in range(0, len(packed), 52):
        piece = packed[start : start + 52]
        length = chr(len(piece) + 64) if len(piece) <= 26 else chr(len(piece) + 70)
        yield length.encode() + b85encode(piece, pad=True) + b"\n"
    yield b"\n"


def _quoted(path: str) -> str:
    """Return the path as git quotes it (git-config, core.quotePath)."""
    if all(32 <= ord(c) < 127 and c not in '"\\' for c in path):
        return path
    return '"' + "".join(_escaped(byte) for byte in path.encode()) + '"'


def _escaped(byte: int) -> str:
    if byte in QUOTED:
        return QUOTED[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
