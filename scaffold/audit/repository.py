"""What git has of a project: which files it tracks, and which it ever held."""

from functools import cached_property

from scaffold import git


class Repository:
    """The repository that holds the project; without one, everything is empty."""

    def __init__(self, root: str) -> None:
        self._root = root

    @cached_property
    def tracked(self) -> frozenset[str]:
        """Return the paths that are tracked, as the project names them."""
        return frozenset(git.tracked(self._root))

    @cached_property
    def ever(self) -> frozenset[str]:
        """Return the paths that any commit of any branch has added or changed, as the project names them."""
        return frozenset(git.ever(self._root))

    def versions(self, path: str) -> list[tuple[str, bytes]]:
        """Return the commits that changed a file, the newest first, each with what the file was then."""
        return git.versions(self._root, path)
