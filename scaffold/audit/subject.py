"""What the rules of an audit read: each part of the project, made once, when the first rule asks for it."""

import ast
import posixpath
from collections.abc import Iterable, Mapping
from functools import cached_property

from scaffold.audit import settings
from scaffold.audit.repository import Repository
from scaffold.audit.settings import Setting
from scaffold.changes import Changes
from scaffold.deployment import choices, facts
from scaffold.envfile import EnvFile
from scaffold.errors import ScaffoldError
from scaffold.flask_code.choice import DEMONSTRATIONS
from scaffold.flask_code.code import Code
from scaffold.flask_code.files import is_test
from scaffold.flask_code.module import Module, dotted, keyword, literal
from scaffold.project import Project
from scaffold.template import Template

# What Jinja renders, by the ends of the names.
PAGES = (".html", ".htm", ".xhtml", ".xml", ".txt", ".j2", ".jinja", ".jinja2")
# Where Flask looks for them when nobody says otherwise.
TEMPLATES = "templates"
# Settings that a production server is not started with.
EXAMPLES = (".example", ".sample", ".template", ".dist", ".tpl")


class Subject:
    """One project under audit, as it is planned in the changes, else as it is; a rule plans nothing."""

    def __init__(self, project: Project, changes: Changes | None = None) -> None:
        self.project = project
        self.changes = changes or Changes(project.root)

    @cached_property
    def paths(self) -> list[str]:
        """Return the path of every file, without what tools and virtual environments put there."""
        return self.changes.paths()

    def text(self, path: str) -> str | None:
        """Return a file's text, None when it is not there or cannot be read; bytes that are no UTF-8 are marked."""
        data = self.bytes(path)
        return None if data is None else data.decode(errors="replace").removeprefix("\ufeff")

    @cached_property
    def code(self) -> Code:
        """Return the Flask code: apps, blueprints, routes."""
        return Code(self.changes)

    @cached_property
    def modules(self) -> list[Module]:
        """Return every Python file that runs in production: no tests, no demonstrations."""
        own = (path for path in self.code.paths if not is_test(path) and not _is_demonstration(path))
        return self._parsed(own)

    @cached_property
    def tests(self) -> list[Module]:
        """Return every Python file of the tests."""
        return self._parsed(path for path in self.code.paths if is_test(path))

    def _parsed(self, paths: Iterable[str]) -> list[Module]:
        return [module for path in sorted(paths) if (module := self.code.module(path))]

    @cached_property
    def settings(self) -> list[Setting]:
        """Return every setting that the code gives to Flask, tests aside."""
        return [one for module in self.modules for one in settings.of_module(module)]

    def mentions(self, name: str) -> bool:
        """Tell whether any file of the code, of settings or of variables has the name of a setting at all."""
        wanted = name.encode()
        return any(wanted in (self.bytes(path) or b"") for path in self.paths if _is_settings(path))

    @cached_property
    def is_told(self) -> bool:
        """Tell whether settings come from outside: from the environment, or from a file nobody names."""
        return any(_is_from_outside(self, node) for module in self.modules for node in ast.walk(module.source.tree))

    @cached_property
    def deployment(self) -> list[tuple[Template, facts.Facts]]:
        """Return the templates of the deployment, each with what it knows of the others; empty when there is none."""
        there = choices.current(self.changes)
        try:
            chosen = choices.of_records(self.changes, there)
            return facts.of_deployment(self.project, self.changes, chosen) if chosen.server else []
        except (ScaffoldError, KeyError, ValueError):  # a record that somebody else wrote, or an app that is gone
            return []

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """Return the text of every file that Jinja may render, by its path."""
        folders = self.template_folders
        found = (path for path in self.paths if path.endswith(PAGES) and any(_is_below(path, one) for one in folders))
        return {path: text for path in found if (text := self.text(path)) is not None}

    @cached_property
    def template_folders(self) -> list[str]:
        """Return the folders in which the project's apps and blueprints look for templates."""
        made = {_template_folder(one.call, one.module.path) for one in self.code.routers}
        usual = {_up_to(path, TEMPLATES) for path in self.paths if f"/{TEMPLATES}/" in f"/{path}"}
        own = (one for one in usual if not is_test(f"{one}/page.html") and not _is_demonstration(f"{one}/page.html"))
        return sorted({*filter(None, made), *own})

    @cached_property
    def env_files(self) -> Mapping[str, EnvFile]:
        """Return the files of environment variables by their paths, without examples of such files."""
        found = {path for path in self.paths if _is_env(posixpath.basename(path)) and not is_test(path)}
        return {path: EnvFile(data) for path in sorted(found) if (data := self.bytes(path)) is not None}

    def bytes(self, path: str) -> bytes | None:
        """Return a file's bytes, None when it is not there or cannot be read."""
        try:
            return self.changes.read(path)
        except ScaffoldError:
            return None

    @cached_property
    def git(self) -> Repository:
        """Return what git has of the project."""
        return Repository(self.project.root)


def _is_demonstration(path: str) -> bool:
    return bool(DEMONSTRATIONS & set(path.split("/")[:-1]))


def _is_env(name: str) -> bool:
    named = name in (".env", ".flaskenv") or name.startswith(".env.") or name.endswith(".env")
    return named and not name.endswith(EXAMPLES) and ".example" not in name


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


def _up_to(path: str, name: str) -> str:
    parts = path.split("/")
    return "/".join(parts[: parts.index(name) + 1])


def _template_folder(call: ast.Call, path: str) -> str | None:
    """Return the folder that an app or a blueprint is told to look in, None when it is told nothing plain."""
    given = literal(keyword(call, "template_folder"))
    if given is None:
        return None
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), given))
    return None if found.startswith(("..", "/")) else found


def _is_settings(path: str) -> bool:
    return path.endswith((".py", ".cfg", ".ini", ".json", ".toml", ".yaml", ".yml")) or _is_env(
        posixpath.basename(path)
    )


def _is_from_outside(subject: Subject, node: ast.AST) -> bool:
    """Tell whether a call takes settings that nobody can read here."""
    owner, _, verb = dotted(node.func).rpartition(".") if isinstance(node, ast.Call) else ("", "", "")
    if verb.endswith("Dynaconf"):
        return True
    if not isinstance(node, ast.Call) or owner.rpartition(".")[2] != "config":
        return False
    if verb in ("from_envvar", "from_prefixed_env"):
        return True
    named = literal(node.args[0]) if node.args else None
    return verb in ("from_pyfile", "from_file", "from_json") and not any(
        named and path.endswith(named) for path in subject.paths
    )
