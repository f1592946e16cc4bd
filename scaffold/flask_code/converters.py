"""Werkzeug's own converters: the arguments each takes, and values that it takes and rejects."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scaffold.fields import Fields
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
# What variables are given in tests: each another, so that one shown for another is noticed.
WORDS = ("ada", "grace", "edsger", "barbara", "alan", "radia", "dennis", "margaret")
PATHS = ("one/two", "three/four", "five/six", "seven/eight")
UUID = "6f1c9e4e-3b1a-4c58-9f6e-2a7d0c5b8e"
HOSTILE = "<img src=x onerror=alert(1)>"
# What fits where that does not; one character alone is on every page.
HOSTILE_SHORT = ("<x>", "<<")
HOSTILE_PATH = '<script>alert("bad")</script>'


class Samples(Fields):
    """The type of a variable, a text in the URL and what it becomes, texts that are rejected, and one with HTML."""

    type: str
    sample: str | None
    value: str | None
    rejected: tuple[str, ...]
    hostile: str | None


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


def number(name: str, given: Arguments) -> str | None:
    """Return the pattern of the texts that are a number to the converter, of whatever size; None for other ones."""
    if name not in ("int", "float"):
        return None
    return ("-?" if _values(name, given)["signed"] else "") + r"\d+" + (r"\.\d+" if name == "float" else "")


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
    if name == "int" and _number(values, 0) is None:
        raise Malformed(f"no number of {values['fixed_digits']} digits is in that range")


def samples(name: str, given: Arguments, index: int = 0) -> Samples:
    """Return what tests may give a variable; those of another index are others, where the converter has others."""
    name = plain(name)
    if name == "any":
        words = [str(word) for word in given.positional]
        word = words[index % len(words)]
        return Samples("str", word, word, ("other" if "other" not in words else "-",), None)
    if name == "path":
        path = PATHS[index % len(PATHS)]
        return Samples("str", path, path, (), HOSTILE_PATH)
    if name == "uuid":
        text = f"{UUID}{0x13 + index % 100:02x}"
        return Samples("UUID", text, text, ("other",), None)
    return {"string": _text, "int": _integer, "float": _float}[name](_values(name, given), index)


def _text(values: dict[str, Any], index: int) -> Samples:
    low, high = values["minlength"], values["maxlength"]
    if values["length"] is not None:
        low = high = values["length"]
    word = WORDS[index % len(WORDS)]
    length = max(low, min(len(word), high or len(word)))
    sample = (word * (length // len(word) + 1))[:length]
    long, short = "a" * (high + 1) if high is not None else "", "a" * (low - 1)
    fitting = (text for text in (HOSTILE, *HOSTILE_SHORT) if high is None or len(text) <= high)
    hostile = next((text.ljust(low, "x") for text in fitting), None)
    return Samples("str", sample, sample, tuple(filter(None, [long, short])), hostile)


def _integer(values: dict[str, Any], index: int) -> Samples:
    digits, low, high = values["fixed_digits"], values["min"], values["max"]
    number = _number(values, index) or 0
    beyond = [] if high is None else [high + 1]
    beyond += [] if low is None else [low - 1]
    texts = [str(one).zfill(digits) for one in beyond if one >= 0 or values["signed"]]
    unsigned = [] if values["signed"] else ["-7".zfill(digits)]
    short = ["7"] if digits > 1 else []
    return Samples("int", str(number).zfill(digits), str(number), ("other", *unsigned, *texts, *short), None)


def _number(values: dict[str, Any], index: int) -> int | None:
    """Return a number in the range with no more digits than are fixed."""
    low, high, digits, signed = values["min"], values["max"], values["fixed_digits"], values["signed"]
    wanted = 7 + index
    for number in (-wanted if signed else wanted, wanted, 7, low, high):
        inside = number is not None and (low is None or number >= low) and (high is None or number <= high)
        if inside and (signed or number >= 0) and not (digits and len(str(number)) > digits):
            return int(number)
    return None


def _float(values: dict[str, Any], index: int) -> Samples:
    low, high = values["min"], values["max"]
    number = _decimal(values, index) or 0.0
    beyond = [] if high is None else [high + max(1.0, abs(high))]
    beyond += [] if low is None else [low - max(1.0, abs(low))]
    texts = [_written(float(one)) for one in beyond if one >= 0 or values["signed"]]
    unsigned = [] if values["signed"] else ["-1.5"]
    return Samples("float", _written(number), str(number), ("other", *unsigned, *texts), None)


def _decimal(values: dict[str, Any], index: int) -> float | None:
    low, high, signed = values["min"], values["max"], values["signed"]
    wanted = 1.5 + index
    for number in (-wanted if signed else wanted, wanted, 1.5, low, high):
        inside = number is not None and (low is None or number >= low) and (high is None or number <= high)
        if inside and (signed or number >= 0):
            return float(number)
    return None


def _written(number: float) -> str:
    """Return the number as the converter reads it, without an exponent."""
    return f"{number:f}" if "e" in str(number) else str(number)
