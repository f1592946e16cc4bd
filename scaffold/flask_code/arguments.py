"""The arguments of a converter, `any(about, help)` or `int(min=1)`, read as Werkzeug reads them."""

from collections.abc import Callable, Iterator

from scaffold.fields import Fields

Value = str | int | float | bool | None
CONSTANTS: dict[str, Value] = {"None": None, "True": True, "False": False}


class Malformed(Exception):
    """A reason for which a rule cannot be read."""


class Arguments(Fields):
    """The positional and the named arguments, in their order."""

    positional: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()


def arguments(text: str) -> Arguments:
    """Return the arguments; raise `Malformed` when they cannot be read to the end."""
    text += ","
    positional: list[Value] = []
    named: dict[str, Value] = {}
    position = 0
    while position < len(text) and (position or text != ","):
        found = _item(text, position)
        if found is None:
            raise Malformed(f"the converter argument '{text[position:-1].strip()}' cannot be read")
        position, name, value = found
        if name:
            named[name] = value
        else:
            positional.append(value)
    return Arguments(tuple(positional), tuple(named.items()))


def _item(text: str, position: int) -> tuple[int, str, Value] | None:
    """Return the end, the name ('' when there is none) and the value of the argument that starts here."""
    position = _spaces(text, position)
    name_end = _run(text, position, _is_word)
    equals = _spaces(text, name_end)
    if name_end > position and text[equals : equals + 1] == "=":
        found = _value(text, _spaces(text, equals + 1))
        if found:
            return found[0], text[position:name_end], found[1]
    found = _value(text, position)
    return found and (found[0], "", found[1])


def _value(text: str, start: int) -> tuple[int, Value] | None:
    """Return where the comma after the value ends, and the value: the first reading that a comma follows."""
    for end, content in _readings(text, start):
        comma = _spaces(text, end)
        if text[comma : comma + 1] == ",":
            return comma + 1, _python(content)
    return None


def _readings(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield end and text of each way to read a value.

    Werkzeug lets any character stand for the point of a float, the comma included: `any(1,2)` has one item.
    """
    for constant in ("True", "False"):
        if text.startswith(constant, start):
            yield start + len(constant), constant
    digits = _run(text, start, str.isdecimal)
    for point in range(digits, start, -1):
        if point < len(text) and text[point] != "\n":
            for end in range(_run(text, point + 1, str.isdecimal), point + 1, -1):
                yield end, text[start:end]
    for point in range(digits, start, -1):
        if point < len(text) and text[point] != "\n":
            yield point + 1, text[start : point + 1]
    for end in range(digits, start, -1):
        yield end, text[start:end]
    word = _run(text, start, lambda character: _is_word(character) or character == ".")
    for end in range(word, start, -1):
        yield end, text[start:end]
    yield from _string(text, start)


def _string(text: str, start: int) -> Iterator[tuple[int, str]]:
    for opening in (start + 1, start) if text[start : start + 1] in tuple("urUR") else (start,):
        quote = text[opening : opening + 1]
        closing = text.find(quote, opening + 1) if quote in ('"', "'") else -1
        if closing >= 0:
            yield closing + 1, text[opening : closing + 1]


def _python(text: str) -> Value:
    if text in CONSTANTS:
        return CONSTANTS[text]
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return text[1:-1] if text[0] == text[-1] and text[0] in "\"'" else text


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _spaces(text: str, position: int) -> int:
    return _run(text, position, str.isspace)


def _run(text: str, position: int, holds: Callable[[str], bool]) -> int:
    while position < len(text) and holds(text[position]):
        position += 1
    return position
