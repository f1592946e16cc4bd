"""What a project said, fit to be shown: nothing unprintable, nothing endless."""

LINES, CHARACTERS = 60, 4000


def visible(text: str) -> str:
    """Return the text with everything that is not printed escaped, save the ends of lines.

    Escape sequences, lone surrogates and marks that turn the direction of writing do no harm anywhere after that.
    """
    lines = text.replace("\r\n", "\n").replace("\t", "    ").split("\n")
    return "\n".join("".join(one if one.isprintable() else _escaped(one) for one in line) for line in lines)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def line(text: str, characters: int = 300) -> str:
    """Return a short text that stands in one line."""
    shown = " ".join(visible(text[: characters + 1]).split("\n")).strip()
    return shown if len(shown) <= characters else f"{shown[: characters - 3]}..."


def cut(text: str, lines: int = LINES, characters: int = CHARACTERS) -> str:
    """Return the beginning of a text that anybody can print, and how much was left out."""
    shown = visible(text[: characters + 1])
    kept = "\n".join(shown[:characters].split("\n")[:lines])
    if kept == shown and len(text) <= characters:
        return kept
    # An escape is longer than what it stands for: the whole is what the project said.
    return f"{kept.rstrip()} [cut: {len(text):,} characters in all]"


def last(log: list[str], lines: int, characters: int = 400) -> list[str]:
    """Return the last lines of a log, which are the nearest to what went wrong, and say how many came before."""
    shown = [cut(one.rstrip("\r\n"), lines=1, characters=characters) for one in log[-lines:]]
    left = len(log) - len(shown)
    return [*([f"[{left:,} earlier line{'s' if left > 1 else ''} left out]"] if left else []), *shown]


def duration(seconds: float) -> str:
    """Return a time as one says it."""
    if not seconds:
        return "0 s"
    if seconds < 9.95:
        return f"{seconds:.{2 if seconds < 0.95 else 1}f} s"
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def number(count: int, one: str, many: str = "") -> str:
    """Return how many there are of something."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
