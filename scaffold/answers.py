"""Answers: what a template was told, checked against its questions and completed with their defaults."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from scaffold.errors import BadAnswer, MissingAnswer

if TYPE_CHECKING:
    from scaffold.template import Template

# HEAD and OPTIONS answer by themselves.
LONGEST = 40
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def flag(question: Mapping[str, Any]) -> str:
    """Return how the question is written on the command line."""
    name = str(question["name"])
    if not question.get("argument"):
        return f"--{name.replace('_', '-')}"
    return f"{name.upper().removesuffix('S')}..." if question.get("many") else name.upper()


def complete(template: "Template", given: Mapping[str, Any], only: Collection[str] | None = None) -> dict[str, Any]:
    """Return an answer to every question of the template, or to some; raise when one is missing, wrong or unknown."""
    answers: dict[str, Any] = {}
    for question in template.questions:
        if only is not None and question["name"] not in only:
            continue
        answers[str(question["name"])] = _answer(template, question, given, answers)
    for name in given.keys() - answers.keys():
        raise BadAnswer(f"--{name}", str(given[name]), f"{template.full_name} does not ask for it")
    return answers


def facts(template: "Template", answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what follows from the answers alone, for the kinds of question that say more than what was typed."""
    found: dict[str, Any] = {}
    for question in template.questions:
        kind, name = question.get("kind"), question["name"]
        if kind in FACTS and name in answers:
            found |= FACTS[kind](answers[name])
    return found


def _answer(
    template: "Template", question: Mapping[str, Any], given: Mapping[str, Any], before: Mapping[str, Any]
) -> Any:
    value = given.get(str(question["name"]))
    if value is None or value == ():
        value = question.get("default")
    if isinstance(value, str) and value == question.get("default") and "[[" in value:
        from scaffold import render

        value = render.source(value, {**before, **facts(template, before)}, template)
    if value is None:
        raise MissingAnswer(flag(question), str(template.manifest.get("example", f"scaffold add {template.name} ...")))
    return _checked(template, question, value)


def _checked(template: "Template", question: Mapping[str, Any], value: Any) -> Any:
    kind = str(question.get("kind", "text"))
    if kind not in KINDS:
        raise template.broken(f"there is no kind of question '{kind}'")
    if question.get("many") and kind != "fields":  # those are read together
        return [KINDS[kind](question, word) for word in value]
    return KINDS[kind](question, value)


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
    fieldlist.parsed(words, question.get("types", ()), flag(question))
    return words


def _facts_of_fields(words: Iterable[str]) -> dict[str, Any]:
    from scaffold import fieldlist

    fields = fieldlist.parsed(words, (), "")
    return {"fields": fields, **{f"has_{field['type']}": True for field in fields.values()}}


def _prefix(question: Mapping[str, Any], value: Any) -> str:
    """Check what the URLs of a blueprint begin with; a variable in it would be a parameter of every view."""
    text = _text(question, value).rstrip("/")
    if not text.startswith("/") or "//" in text or any(one in text for one in " <>?#%\"'\\"):
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


KINDS: dict[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "choice": _choice,
    "fields": _fields,
    "methods": _methods,
    "module": _module,
    "name": _name,
    "prefix": _prefix,
    "query": _text,
    "rule": _text,
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


def matches(when: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Tell whether the answers are those an edit asks for: `{returns = ["html", "template"]}`."""
    return all(answers.get(name) in (value if isinstance(value, list) else [value]) for name, value in when.items())


def joined(template: "Template", answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts a template declares under `[join]`: one piece for each item of a list answer, joined."""
    from scaffold import render

    def pieces(join: Mapping[str, Any]) -> Iterable[str]:
        items = answers.get(join["of"], ())
        for item in items[:1] if join.get("first") else items:
            yield render.source(_of_item(join["text"], item), item, template)

    return {name: join.get("with", "").join(pieces(join)) for name, join in template.table("join").items()}


def _of_item(text: Any, item: Mapping[str, Any]) -> str:
    """Return a piece's text: the only one, or the one that the item's `form` names."""
    return str(text[item["form"]] if isinstance(text, Mapping) else text)
