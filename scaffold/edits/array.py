"""The list of requirements in `pyproject.toml` as text: with one item more, and with one less."""

from collections.abc import Iterator

from scaffold.edits import toml
from scaffold.edits.requirement import name
from scaffold.errors import NoPlace

Key = tuple[str, ...]


def grown(text: str, wanted: list[str], requirement: str, key: Key) -> str:
    """Return the text with the requirement in its place in the list, which is made where there is none."""
    array = next((entry.value for entry in toml.entries(text) if entry.path == key), None)
    if array is None:
        return _with_key(text, requirement)
    quotes = {text[item.start] for item in array.items}
    item = _quoted(requirement, "'" if quotes == {"'"} else '"')
    if not array.items:
        return _with_only_item(text, array, item)
    names = [name(one) for one in wanted]
    smaller = [one for one in names if one < name(requirement)]
    place = len(smaller) if names == sorted(names) else len(names)
    return _with_first_item(text, array, item) if place == 0 else _with_item_after(text, array, place - 1, item)


def _quoted(requirement: str, quote: str) -> str:
    if quote not in requirement:
        return f"{quote}{requirement}{quote}"
    return f"'{requirement}'" if "'" not in requirement else '"' + requirement.replace('"', '\\"') + '"'


def _with_only_item(text: str, array: toml.Value, item: str) -> str:
    last = array.end - 1
    line = text.rfind("\n", array.start, last) + 1
    if not line:
        return text[: array.start + 1] + item + text[array.start + 1 :]
    closing = text[line:last]
    return f"{text[:line]}{closing}    {item},{_end(text, line)}{text[line:]}"


def _with_first_item(text: str, array: toml.Value, item: str) -> str:
    first = array.items[0].start
    return text[:first] + item + "," + _gap(text, array) + text[first:]


def _with_item_after(text: str, array: toml.Value, index: int, item: str) -> str:
    """Put the item behind that one, its comma and its comment, with a comma of its own where that one has one."""
    end = array.items[index].end
    comma = toml.after_blank(text, end)
    if text[comma] != ",":
        place = _end_of_comment(text, end)
        return text[:end] + "," + text[end:place] + _gap(text, array, place > end) + item + text[place:]
    place = _end_of_comment(text, comma + 1)
    return text[:place] + _gap(text, array, place > comma + 1) + item + "," + text[place:]


def _end_of_comment(text: str, place: int) -> int:
    """Return where the comment ends that follows on the same line; the place itself when none does."""
    line = text[place:].split("\n")[0].rstrip("\r")
    return place + len(line.rstrip()) if line.lstrip().startswith("#") else place


def _gap(text: str, array: toml.Value, new_line: bool = False) -> str:
    """Return what separates the items: a line break and indentation where one begins its line, else a space."""
    for item in reversed(array.items):
        line = text.rfind("\n", array.start, item.start) + 1
        if line and not text[line : item.start].strip():
            return _end(text, line) + text[line : item.start]
    return _end(text, text.index("\n", array.start) + 1) + "    " if new_line else " "


def _end(text: str, line: int) -> str:
    """Return the line ending that comes before that line."""
    return "\r\n" if text[:line].endswith("\r\n") else "\n"


def _with_key(text: str, requirement: str) -> str:
    """Return the text with the key `dependencies` behind the last of the project's own keys."""
    value = f"[{_quoted(requirement, chr(34))}]"
    for table in toml.tables(text):
        if table.path == ("project",):
            last = table.entries[-1].value.end if table.entries else table.end
            return _with_text_after(text, last, f"dependencies = {value}")
        own = [entry for entry in table.entries if entry.path[0] == "project"] if not table.path else []
        if own and own[-1].value.entries:
            last = own[-1].value.entries[-1].value.end
            return f"{text[:last]}, dependencies = {value}{text[last:]}"
        if own:
            return _with_text_after(text, own[-1].value.end, f"project.dependencies = {value}")
    raise NoPlace(
        "'pyproject.toml' has no [project] table of its own.", "Add this to it:", f"    dependencies = {value}"
    )


def _with_text_after(text: str, place: int, line: str) -> str:
    place = _end_of_comment(text, place)
    end = "\r\n" if "\r\n" in text else "\n"
    return text[:place] + end + line + text[place:]


def cuts(text: str, array: toml.Value, index: int) -> Iterator[str]:
    """Yield the text without the item, with its comma and its space taken from one side or from the other."""
    item = array.items[index]
    comma = toml.after_blank(text, item.end)
    behind = comma + 1 if text[comma] == "," else item.end
    line = text.rfind("\n", array.start, item.start) + 1
    line_before = len(text[: text.rfind("\n", 0, array.start) + 1].removesuffix("\n").removesuffix("\r"))
    if len(array.items) == 1:
        # The key may have come with the item: on a line of its own, or behind a comma in an inline table.
        yield text[:line_before] + text[array.end :]
        yield text[: text.rfind(",", 0, array.start) + 1].removesuffix(",") + text[array.end :]
        stop = text.find("\n", behind) + 1
        if line and stop:
            yield text[:line] + text[stop:]
        yield text[: array.start] + "[]" + text[array.end :]
    if index + 1 < len(array.items):
        yield text[: item.start] + text[array.items[index + 1].start :]
    if index:
        before = array.items[index - 1].end
        previous = toml.after_blank(text, before)
        gap = _end_of_comment(text, previous + 1)
        yield text[:gap] + text[behind:]
        yield text[:before] + text[previous + 1 : item.start].rstrip() + text[item.end :]
        yield text[:before] + text[item.end :]
