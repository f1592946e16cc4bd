"""The kinds of question: what each takes for an answer, and what follows from it."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scaffold.errors import BadAnswer

# A name that is longer would make lines of code too long.
LONGEST = 40
# HEAD and OPTIONS answer by themselves.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def flag(question: Mapping[str, Any]) -> str:
    """Return how the question is written on the command line."""
    name = str(question["name"])
    if not question.get("argument"):
        return f"--{name.replace('_', '-')}"
    return f"{name.upper().removesuffix('S')}..." if question.get("many") else name.upper()


def _text(question: Mapping[str, Any], value: Any) -> str:
    text = str(value)
    if not text.isprintable():
        raise BadAnswer(flag(question), text, "it has a control character")
    return text


def _name(question: Mapping[str, Any], value: Any) -> str:
    from keyword import iskeyword

    text = _text(question, value)
    if text and (not text.isidentifier() or iskeyword(text)):
        raise BadAnswer(flag(question), text, "it is not a Python name")
    return text


def _choice(question: Mapping[str, Any], value: Any) -> str:
    choices = [str(choice) for choice in question.get("choices", [])]
    if value not in choices:
        raise BadAnswer(flag(question), str(value), f"choose one of {', '.join(choices)}")
    return str(value)


def _switch(question: Mapping[str, Any], value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadAnswer(flag(question), str(value), "it is either there or not")
    return value


def _methods(question: Mapping[str, Any], value: Any) -> list[str]:
    words = value.split(",") if isinstance(value, str) else value
    methods = list(dict.fromkeys(word.strip().upper() for word in words))
    for method in methods:
        if method not in METHODS:
            raise BadAnswer(flag(question), str(value), f"'{method}' is not one of {', '.join(METHODS)}")
    return methods


def _module(question: Mapping[str, Any], value: Any) -> str:
    """Check a name for a module; whether it would hide another one is for the place it goes to."""
    from keyword import iskeyword

    text = _text(question, value)
    plain = text.replace("-", "_")
    words = text.isascii() and text == text.lower() and plain.isidentifier() and text[0].isalpha()
    if not words or text[-1] in "-_" or "__" in plain or len(text) > LONGEST:
        raise BadAnswer(flag(question), text, "write it as 'contact' or 'contact-us': small letters, digits, '-'")
    if iskeyword(plain) or iskeyword(plain.title()):
        raise BadAnswer(flag(question), text, "it is a word of the Python language")
    if plain in question.get("refused", ()):
        raise BadAnswer(flag(question), text, "Flask has something of that name")
    return text


def _names_of_module(name: str) -> dict[str, str]:
    words = name.replace("_", "-").split("-")
    return {
        "module": "_".join(words),
        "slug": "-".join(words),
        "title": " ".join(words).capitalize(),
        "class_name": "".join(map(str.capitalize, words)),
    }


def _fields(question: Mapping[str, Any], value: Any) -> list[str]:
    from scaffold import fieldlist

    words = [_text(question, word) for word in (value.split() if isinstance(value, str) else value)]
    fieldlist.parsed(words, question.get("types", ()), flag(question), question.get("refused", ()))
    return words


def _facts_of_fields(words: Iterable[str]) -> dict[str, Any]:
    from scaffold import fieldlist

    fields = fieldlist.parsed(words, (), "")
    return {"fields": fields, **{f"has_{field['type']}": True for field in fields.values()}}


def _prefix(question: Mapping[str, Any], value: Any) -> str:
    """Check what the URLs of a blueprint begin with; a variable in it would be a parameter of every view."""
    text = _text(question, value).rstrip("/")
    # What stands in it goes into code, into patterns and into the configuration of proxies as it is.
    if not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", text):
        raise BadAnswer(flag(question), str(value), "write it as '/shop' or '/shop/archive'")
    return text


def _target(question: Mapping[str, Any], value: Any) -> str:
    from scaffold import redirection

    text = _text(question, value)
    if reason := redirection.fault(text):
        raise BadAnswer(flag(question), text, reason)
    return text


def _kind_of_target(text: str) -> dict[str, str]:
    from scaffold import redirection

    return {"to_kind": redirection.kind(text)}


def _words(question: Mapping[str, Any], value: Any) -> list[str]:
    """Check words that are written into code, cookies and pages as they are."""
    words = value.split(",") if isinstance(value, str) else value
    words = list(dict.fromkeys(word.strip() for word in words))
    for word in words:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", word):
            raise BadAnswer(flag(question), str(value), f"'{word}' is not made of letters, digits, '-' and '_'")
    if len(words) < 2:
        raise BadAnswer(flag(question), str(value), "it takes two words or more, separated by commas")
    return words


def _facts_of_words(words: Iterable[str]) -> dict[str, Any]:
    plain = ((word, re.sub("[-_]", " ", word)) for word in words)
    found = [{"word": word, "label": label[:1].upper() + label[1:]} for word, label in plain]
    return {"words": found, "first_word": found[0]["word"]}


def _extensions(question: Mapping[str, Any], value: Any) -> str:
    """Check the ends of file names, which are written into code as they are."""
    words = [word.strip().removeprefix(".").lower() for word in _text(question, value).split(",")]
    for word in words:
        if not re.fullmatch(r"[a-z0-9]{1,20}", word):
            raise BadAnswer(
                flag(question), str(value), "write them as 'png,jpg': letters and digits, with commas between"
            )
    return ",".join(sorted(set(words)))


def _size(question: Mapping[str, Any], value: Any) -> str:
    text = _text(question, value).upper()
    if not re.fullmatch(r"[1-9][0-9]{0,11}[KMG]?", text):
        raise BadAnswer(flag(question), str(value), "write it as a number of bytes, or as '500K', '5M' or '1G'")
    return text


def _domain(question: Mapping[str, Any], value: Any) -> str:
    text = _text(question, value).lower()
    label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    if not re.fullmatch(rf"{label}(\.{label})*", text) or len(text) > 253:
        raise BadAnswer(flag(question), str(value), "write it as 'example.com', without 'https://' and without a port")
    return text


def _folder(question: Mapping[str, Any], value: Any) -> str:
    """Check a folder of the machine that runs the app, or a file there: it is written into units and configurations."""
    text = _text(question, value).rstrip("/")
    if not re.fullmatch(r"(/[\w.@+-]+)+", text, re.ASCII) or "/../" in f"{text}/":
        raise BadAnswer(flag(question), str(value), "write it as '/srv/shop': from the root, no spaces")
    return text


def _number(question: Mapping[str, Any], value: Any) -> int:
    text = str(value)
    least, most = question.get("least", 1), question.get("most", 65535)
    if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise BadAnswer(flag(question), text, f"it takes a whole number from {least} to {most}")
    return int(text)


def _address(question: Mapping[str, Any], value: Any) -> str:
    text = _text(question, value)
    host, _, port = text.rpartition(":")
    if not re.fullmatch(r"[\w.-]+|\[[0-9a-f:]+\]", host, re.ASCII | re.I) or not 0 < _whole(port) < 65536:
        raise BadAnswer(flag(question), text, "write it as '10.0.0.5:8000' or 'app-1:8000'")
    return text


def _whole(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,5}", text) else 0


KINDS: dict[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "address": _address,
    "choice": _choice,
    "domain": _domain,
    "extensions": _extensions,
    "fields": _fields,
    "folder": _folder,
    "methods": _methods,
    "module": _module,
    "name": _name,
    "number": _number,
    "prefix": _prefix,
    "query": _text,
    "rule": _text,
    "size": _size,
    "switch": _switch,
    "target": _target,
    "text": _text,
    "words": _words,
}
FACTS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "fields": _facts_of_fields,
    "module": _names_of_module,
    "target": _kind_of_target,
    "words": _facts_of_words,
}
