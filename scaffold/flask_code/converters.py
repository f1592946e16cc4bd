"""Werkzeug's own converters: the arguments each takes, and values that it takes and rejects."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scaffold.flask_code.arguments import Arguments, Malformed, Value

if TYPE_CHECKING:
    from scaffold.flask_code.rule import Variable

    Choose = Callable[[Variable], str | None]

# The parameters of each converter and their defaults; `any` takes words instead.
PARAMETERS: dict[str, dict[str, Value]] = {
    "string": {"minlength": 1, "maxlength": None, "length": None},
    "int": {"fixed_digits": 0, "min": None, "max": None, "signed": False},
    "float": {"min": None, "max": None, "signed": False},
    "any": {},
    "path": {},
    "uuid": {},
}
TYPES = {"int": "int", "float": "float", "uuid": "UUID"}
INFINITE = float("inf")
WORD = "ada"
UUID = "6f1c9e4e-3b1a-4c58-9f6e-2a7d0c5b8e13"
HOSTILE = "<img src=x onerror=alert(1)>"
HOSTILE_PATH = '<script>alert("bad")</script>'

Samples = tuple[str, str | None, str | None, str | None, str | None]


def plain(name: str) -> str:
    """Return the converter's one name: `<name>` and `<string:name>` are the same."""
    return "string" if name == "default" else name


def bound(name: str, given: Arguments) -> object:
    """Return the arguments such that equal ones compare equal, however they were written."""
    if not PARAMETERS.get(plain(name)):
        return given.positional, tuple(sorted(given.named))
    return tuple(_values(plain(name), given).items())


def shape(name: str, given: Arguments) -> tuple[str, object]:
    """Return what decides which texts the converter matches."""
    return plain(name), bound(name, given)


def check(name: str, given: Arguments) -> None:
    """Raise `Malformed` for a converter that is not there, and for arguments that it cannot work with."""
    name = plain(name)
    if name not in PARAMETERS:
        raise Malformed(f"there is no converter '{name}'; there are {', '.join(PARAMETERS)}")
    if name == "any":
        _check_words(given)
        return
    parameters = PARAMETERS[name]
    if len(given.positional) > len(parameters):
        raise Malformed(f"the converter '{name}' takes {len(parameters) or 'no'} arguments")
    taken = list(parameters)[: len(given.positional)]
    for argument, _ in given.named:
        if argument not in parameters:
            raise Malformed(f"the converter '{name}' has no argument '{argument}'")
        if argument in taken:
            raise Malformed(f"the converter '{name}' gets its argument '{argument}' twice")
    _check_values(name, _values(name, given))


def _values(name: str, given: Arguments) -> dict[str, Any]:
    parameters = PARAMETERS[name]
    return {**parameters, **dict(zip(parameters, given.positional, strict=False)), **dict(given.named)}


def _check_words(given: Arguments) -> None:
    if given.named or not given.positional:
        raise Malformed("the converter 'any' takes the words themselves, as in any(about, help)")
    for word in given.positional:
        if not isinstance(word, str) or not word or "/" in word:
            raise Malformed(f"{word!r} is not a word that 'any' can match; write a name or a quoted text without '/'")


def _check_values(name: str, values: dict[str, Any]) -> None:
    for argument, value in values.items():
        if value is None and PARAMETERS[name][argument] is None:
            continue
        wanted = (bool,) if argument == "signed" else (int, float) if name == "float" else (int,)
        if type(value) not in wanted or value in (INFINITE, -INFINITE) or value != value:
            raise Malformed(f"the argument '{argument}' of '{name}' cannot be {value!r}")
        if name == "string" and value < 1:
            raise Malformed(f"the argument '{argument}' of 'string' must be 1 or more")
    low, high = (values.get(key) for key in (("minlength", "maxlength") if name == "string" else ("min", "max")))
    if high is not None and low is not None and low > high and not values.get("length"):
        raise Malformed(f"no value is both at least {low} and at most {high}")
    if name == "int" and _number(values) is None:
        raise Malformed(f"no number of {values['fixed_digits']} digits is in that range")


def samples(name: str, given: Arguments) -> Samples:
    """Return type, URL text, Python value as text, a rejected text and a hostile text."""
    name = plain(name)
    if name == "string":
        return _text(_values(name, given))
    if name == "any":
        word = str(given.positional[0])
        return "str", word, word, "other" if "other" not in given.positional else "-", None
    if name == "path":
        return "str", "one/two", "one/two", None, HOSTILE_PATH
    if name == "uuid":
        return "UUID", UUID, UUID, "other", None
    values = _values(name, given)
    number = _number(values) if name == "int" else _decimal(values)
    text = f"{number:f}" if "e" in str(number) else str(number).zfill(values.get("fixed_digits") or 0)
    return TYPES[name], text, str(number), "other", None


def _text(values: dict[str, Any]) -> Samples:
    low, high = values["minlength"], values["maxlength"]
    if values["length"] is not None:
        low = high = values["length"]
    length = max(low, min(len(WORD), high or len(WORD)))
    sample = (WORD * (length // len(WORD) + 1))[:length]
    rejected = "a" * (high + 1) if high is not None else "a" * (low - 1) or None
    fits = low <= len(HOSTILE) and (high is None or high >= len(HOSTILE))
    return "str", sample, sample, rejected, HOSTILE if fits else None


def _number(values: dict[str, Any]) -> int | None:
    """Return a number in the range with no more digits than are fixed."""
    low = max(values["min"] if values["min"] is not None else 0, 0)
    high = values["max"]
    digits = values["fixed_digits"]
    number = low if low > 7 else 7 if high is None or high >= 7 else high
    if number < low or number < 0 or (digits and len(str(number)) > digits):
        return None
    return int(number)


def _decimal(values: dict[str, Any]) -> float:
    low, high = values["min"], values["max"]
    if (low is None or low <= 1.5) and (high is None or high >= 1.5):
        return 1.5
    if low is not None and low > 1.5:
        return float(low)
    return 0.0 if not low else float(high)
