"""Which templates a project has, by the names that its views know them by, and which of them something may render."""

import ast
import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from scaffold.audit import extensions, page
from scaffold.audit.computed import ANY, Computed, of_jinja
from scaffold.audit.python import placed
from scaffold.audit.subject import TEMPLATES, Subject
from scaffold.flask_code.module import dotted, keyword, literal
from scaffold.flask_code.pages import inside
from scaffold.flask_code.router import Router

# Packages that look for templates where Flask does not.
LOADERS = ("jinja_loader", "ChoiceLoader", "FileSystemLoader", "PackageLoader", "PrefixLoader", "DictLoader")
# What takes the name of a template, whoever it comes from.
RENDERING = frozenset(
    [
        *("get_or_select_template", "get_template", "get_template_attribute", "render_template"),
        *("render_theme_template", "select_template", "stream_template"),
    ]
)
# What a project calls a shorter one of its own.
OWN = frozenset(["render"])


@lru_cache(maxsize=1)
def folders(subject: Subject) -> dict[Router, str | None]:
    """Return the template folder of each app and blueprint: "" for none, None where the code does not say it."""
    return {one: _folder(one) for one in subject.code.routers}


def _folder(router: Router) -> str | None:
    given = keyword(router.call, "template_folder")
    if given is None:
        if any(one.arg is None for one in router.call.keywords):
            return None
        return "" if router.blueprint is not None else inside(router, TEMPLATES)
    name = literal(given)
    return (inside(router, name) or None) if name else None


def is_apps(subject: Subject, path: str) -> bool:
    """Tell whether a template is in a folder of an app or a blueprint."""
    return any(path.startswith(f"{folder}/") for folder in folders(subject).values() if folder)


def are_all_there(subject: Subject) -> bool:
    """Tell whether the templates that are there are all that Flask may find: none are built, or loaded otherwise."""
    known = folders(subject)
    if not known or any(_is_out_of_sight(subject, folder) for folder in known.values()):
        return False
    return not any(word in module.source.text for module in subject.modules for word in LOADERS)


def _is_out_of_sight(subject: Subject, folder: str | None) -> bool:
    """Tell whether a folder is not known, or was named and holds nothing: it may be the result of a build."""
    if folder is None:
        return True
    usual = posixpath.basename(folder) in ("", TEMPLATES)
    return not usual and not any(path.startswith(f"{folder}/") for path in subject.paths)


def may_exist(subject: Subject, name: str) -> bool:
    """Tell whether there may be a template of this name: in whatever folder, or in a package of others."""
    plain = posixpath.normpath(name)
    top, _, rest = plain.partition("/")
    if plain in _all_ends(subject) or (rest and extensions.is_of_one(subject, top)):
        return True
    return any(path.endswith(f"/{plain}") for path in subject.paths)


@lru_cache(maxsize=1)
def _all_ends(subject: Subject) -> frozenset[str]:
    """Return the names by which all templates are known in the folders that are called as such."""
    marked = [path.partition(f"{TEMPLATES}/")[2] for path in subject.paths if f"{TEMPLATES}/" in path]
    return frozenset([*marked, *subject.paths])


def own(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the path and the name of each template that only this project's code can render."""
    known = sorted({folder for folder in folders(subject).values() if folder}, key=len, reverse=True)
    for path in sorted(subject.templates):
        folder = next((one for one in known if path.startswith(f"{one}/")), None)
        name = path.removeprefix(f"{folder}/")
        top, _, rest = name.partition("/")
        if folder and not (rest and extensions.is_of_one(subject, top)):
            yield path, name


def texts(node: ast.expr | None) -> tuple[str, ...]:
    """Return the text, or those of a list; nothing when one of them is computed."""
    found = [literal(one) for one in (node.elts if isinstance(node, ast.List | ast.Tuple) else [node])]
    return tuple(one for one in found if one) if all(found) else ()


class Used:
    """The names that something may render: texts anywhere in the code, and what computed names may become."""

    def __init__(self, subject: Subject) -> None:
        pages = page.of_subject(subject)
        self._subject = subject
        self._texts = {text for module in [*subject.modules, *subject.tests] for text in _constants(module.source.tree)}
        for one in pages:
            self._texts |= one.constants
        # A template or a file that cannot be read may use any whose name is in it.
        unread = [subject.text(one) or "" for one in subject.code.unreadable]
        self._unread = "\n".join([*unread, *(subject.templates[one.path] for one in pages if not one.is_read)])
        patterns = {*self._in_python(), *(text for one in pages for node in one.computed for text in of_jinja(node))}
        self._anything = self._views == 0 or any(not one.strip(f"{ANY}/") for one in patterns)
        self._patterns = [re.compile(".*".join(map(re.escape, one.split(ANY))), re.DOTALL) for one in patterns]

    def may_use(self, name: str) -> bool:
        """Tell whether something may render the template, or extend or include it."""
        parts = name.split("/")
        ends = {"/".join(parts[start:]) for start in range(len(parts))}
        if self._anything or ends & self._texts or parts[-1] in self._unread:
            return True
        return any(pattern.fullmatch(name) for pattern in self._patterns)

    def _in_python(self) -> Iterator[str]:
        """Yield the patterns of names that are computed where they are rendered."""
        known = Computed(self._subject.modules)
        self._views = 0
        for module in self._subject.modules:
            for one in placed(module) if any(word in module.source.text for word in (*RENDERING, *OWN)) else ():
                if isinstance(one.node, ast.Call) and _renders(one.node):
                    self._views += 1
                    given = one.node.args[0] if one.node.args else keyword(one.node, "template_name_or_list")
                    if given is not None and not texts(given):
                        yield from known.patterns(given, one.scope)


def _renders(call: ast.Call) -> bool:
    """Tell whether a call renders a template, or may do so under a name of the project's own."""
    return dotted(call.func).rpartition(".")[2] in RENDERING or dotted(call.func) in OWN


def _constants(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.lstrip("./")
