"""Static files: where each app and blueprint has them, and whether one may be there."""

import fnmatch
import posixpath

from scaffold.audit.subject import Subject
from scaffold.errors import ScaffoldError
from scaffold.flask_code.module import keyword, literal
from scaffold.flask_code.pages import inside
from scaffold.flask_code.router import Router

# A project with one of these has files that are made by a build.
BUILDS = frozenset(
    [
        *("Gruntfile.js", "bower.json", "gulpfile.js", "package.json", "rollup.config.js", "webpack.config.js"),
        *("package.yaml", "gulpfile.babel.js", "vite.config.js", "vite.config.ts", "yarn.lock"),
    ]
)
IGNORED = ".gitignore"


class Statics:
    """The static files of a project."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._paths = frozenset(subject.paths)
        names = {posixpath.basename(path) for path in self._paths}
        self._ends = {f"/{path}" for path in self._paths}
        self._known = [(one, _folder(one)) for one in subject.code.routers]
        self._is_built = bool(names & BUILDS) or not any(one.blueprint is None for one, _ in self._known)
        self._ignored = [
            line.strip().strip("/")
            for path in sorted(self._paths)
            if posixpath.basename(path) == IGNORED
            for line in (subject.text(path) or "").splitlines()
            if line.strip() and not line.startswith(("#", "!"))
        ]

    def lack(self, blueprint: str, name: str) -> bool:
        """Tell whether it is certain that there is no such file: it is in no folder, and nothing makes it."""
        last = blueprint.rpartition(".")[2]
        folders = [folder for one, folder in self._known if one.blueprint == (last or None)]
        if self._is_built or not folders or name.startswith(".."):
            return False
        if any(folder is None or self._may_be_there(folder, name) for folder in folders):
            return False
        return not any(path.endswith(f"/{name}") for path in self._ends)

    def _may_be_there(self, folder: str, name: str) -> bool:
        path = posixpath.join(folder, name)
        if path in self._paths or self._is_ignored(path):
            return True
        try:
            return self._subject.changes.read(path) is not None  # a link may lead there
        except ScaffoldError:
            return True

    def _is_ignored(self, path: str) -> bool:
        """Tell whether git leaves the file out, or a folder above it: it is made, or sent by users."""
        parts = path.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        return any(
            fnmatch.fnmatch(one, pattern)
            or fnmatch.fnmatch(posixpath.basename(one), pattern)
            or one.endswith(f"/{pattern}")
            for pattern in self._ignored
            for one in above
        )


def _folder(router: Router) -> str | None:
    """Return the folder of static files, None where the code does not say it plainly."""
    given = keyword(router.call, "static_folder")
    if given is None:
        plain = router.blueprint is None and not any(one.arg is None for one in router.call.keywords)
        return (inside(router, "static") or None) if plain else None
    name = literal(given)
    return (inside(router, name) or None) if name else None
