"""Template and answers to files in memory; answers are data, and never rendered themselves."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scaffold import paths

if TYPE_CHECKING:
    import jinja2

    from scaffold.template import Template

PREFIX = "cookiecutter."


def files(template: "Template", answers: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files that the template brings, by their path in the project."""
    rendered: dict[str, bytes] = {}
    for name, data in template.files().items():
        path = _path(text(name, answers, template))
        if path in rendered:
            raise template.broken(f"two of its files become '{path}'")
        rendered[path] = _data(name, data, answers, template)
    return rendered


def _path(path: str) -> str:
    # A role may be the project's own folder, '.', or several folders.
    return paths.checked("/".join(part for part in path.split("/") if part != "."))


def _data(name: str, data: bytes, answers: Mapping[str, Any], template: "Template") -> bytes:
    from fnmatch import fnmatch

    if any(fnmatch(name, pattern) for pattern in template.copied):
        return data
    try:
        decoded = data.decode()
    except UnicodeDecodeError:
        return data
    return data if "\0" in decoded else text(decoded, answers, template).encode()


def text(value: str, answers: Mapping[str, Any], template: "Template") -> str:
    """Render `{{cookiecutter.name}}`: by plain substitution, or with Jinja when there is more than that."""
    plain = _substituted(value, "{{", "}}", PREFIX, answers, template)
    if plain is not None:
        return plain
    return _jinja(
        value, {"cookiecutter": {**joined(template, answers), **answers}}, template, ("{%", "{{", "{#"), template.jinja
    )


def source(value: str, answers: Mapping[str, Any], template: "Template") -> str:
    """Render the `[[ name ]]` of an edit's source, which may hold the braces of HTML and of Python freely."""
    plain = _substituted(value, "[[", "]]", "", answers, template)
    if plain is not None:
        return plain
    return _jinja(value, {**joined(template, answers), **answers}, template, ("[%", "[[", "[#"))


def joined(template: "Template", answers: Mapping[str, Any]) -> dict[str, str]:
    """Return every text that the template joins from pieces."""
    return {name: _joined(join, answers, template) for name in template.joins if (join := template.join(name))}


def _joined(join: Mapping[str, Any], answers: Mapping[str, Any], template: "Template") -> str:
    """Return one piece for each item of a list answer, joined; an item's `form` may name which of several texts."""
    items = answers.get(join["of"], ())
    pieces = []
    for item in items[:1] if join.get("first") else items:
        text = join["text"]
        pieces.append(source(str(text[item["form"]] if isinstance(text, Mapping) else text), item, template))
    return str(join.get("with", "")).join(pieces)


def _substituted(
    value: str, start: str, end: str, prefix: str, answers: Mapping[str, Any], template: "Template"
) -> str | None:
    """Return the text with its names replaced; None when it holds more than names, and needs Jinja."""
    if f"{start[0]}%" in value or f"{start[0]}#" in value:
        return None
    first, *rest = value.split(start)
    pieces = [first]
    for piece in rest:
        name, found, after = piece.partition(end)
        key = name.strip()
        name = key[len(prefix) :]
        if not found or not key.startswith(prefix):
            return None
        if name in answers:
            pieces += [str(answers[name]), after]
        elif join := template.join(name):
            pieces += [_joined(join, answers, template), after]
        else:
            return None
    return "".join(pieces)


def _jinja(
    value: str,
    names: dict[str, Any],
    template: "Template",
    starts: tuple[str, str, str],
    settings: Mapping[str, Any] | None = None,
) -> str:
    import jinja2

    newline = "\r\n" if "\r\n" in value else "\n"
    try:
        return _environment(*starts, newline, settings or {}).from_string(value).render(names)
    except jinja2.TemplateError as error:
        # The name alone: the context may hold what must not be shown.
        raise template.broken(f"{type(error).__name__}: {error.message}") from error
    except Exception as error:  # whatever its expressions raise; the text of that may hold answers, too
        raise template.broken(f"it cannot be rendered ({type(error).__name__})") from error


def html(text: str, names: Mapping[str, Any]) -> str:
    """Render a page of ours, in which every value is text: what looks like HTML in it is shown, and does nothing."""
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text).render(names)


def page(text: str) -> "jinja2.nodes.Template | None":
    """Return the tree of a page of the user's, which is never rendered; None when Jinja alone cannot read it."""
    import jinja2

    extensions = [f"jinja2.ext.{name}" for name in ("do", "i18n", "loopcontrols")]
    try:
        return jinja2.Environment(extensions=extensions).parse(text)  # noqa: S701
    except (jinja2.TemplateError, RecursionError):
        return None


def _environment(
    block: str, variable: str, comment: str, newline: str, settings: Mapping[str, Any]
) -> "jinja2.Environment":
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    mirror = str.maketrans("{[", "}]")
    ends = [start[::-1].translate(mirror) for start in (block, variable, comment)]
    blocks = {name: bool(settings.get(name)) for name in ("trim_blocks", "lstrip_blocks")}
    return ImmutableSandboxedEnvironment(
        **blocks,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        newline_sequence=newline,
        block_start_string=block,
        block_end_string=ends[0],
        variable_start_string=variable,
        variable_end_string=ends[1],
        comment_start_string=comment,
        comment_end_string=ends[2],
        autoescape=False,  # the output is source code
    )
