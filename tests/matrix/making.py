"""One project of the matrix: made by the installed command, and taken apart by it again."""

import json
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from scaffold import catalog
from scaffold.kinds import flag
from tests import by_hand
from tests.conftest import tree
from tests.end_to_end.conftest import begin, clean_environment, run
from tests.matrix.axes import ADDED, Combination

NAME = "market"
GONE = "is not in the history"
# What is wrong with a project by its own settings: its key has a default, it debugs, it answers to any host, and its
# session goes over plain HTTP.
OWN = {by_hand.LAYOUT: {"SEC002", "DBG001", "DEP001", "DEP002"}}


@dataclass
class Made:
    """A project on the disk, the command that made it, and what it was before anything was added."""

    tool: Path
    folder: Path
    combination: Combination
    chance: random.Random
    # What was typed and changed something.
    done: list[list[str]] = field(default_factory=list)
    fresh: dict[str, tuple[bytes, int]] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.folder / NAME

    def scaffold(self, *words: str) -> str:
        """Run the command in the project."""
        return run(self.tool, *words, cwd=self.root)

    def generate(self) -> None:
        """Make the project, add to it in an order of its own, and deploy it."""
        begin(self.tool, self.folder, NAME, self.combination.layout)
        self.fresh = self.files()
        additions = self.combination.additions()
        self.chance.shuffle(additions)
        for words in [*additions, self.combination.deployment()]:
            before = self._recorded()
            self.scaffold(*words)
            # What another one has brought along is there already, and goes with it.
            self.done += [words] if self._recorded() != before else []

    def _recorded(self) -> set[Path]:
        return set((self.root / ".scaffold").glob("*.json"))

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Return every file with its bytes and mode, but for the record of what was done."""
        return {path: held for path, held in tree(self.root).items() if not path.startswith(".scaffold/")}

    def compile(self, python: Path) -> None:
        """Read all of its Python as this version does; nothing of that stays in the project."""
        elsewhere = clean_environment(PYTHONPYCACHEPREFIX=str(self.folder / "compiled"))
        run(python, "-W", "error", "-m", "compileall", "-q", ".", cwd=self.root, env=elsewhere)

    def check(self) -> None:
        """Find nothing wrong with what was made."""
        code = None if self.combination.layout in OWN else 0
        said = run(self.tool, "check", "--json", cwd=self.root, code=code)
        found = [one for one in json.loads(said)["findings"] if one["code"] not in OWN.get(self.combination.layout, ())]
        assert not found, "\n".join(f"{one['path']}:{one['line']} {one['code']} {one['message']}" for one in found)

    def take_back(self, *, by_name: bool) -> None:
        """Take everything back, and compare."""
        if by_name:
            self._remove_all()
        else:
            for _ in self.done:
                self.scaffold("undo")
        left = self.files()
        changed = sorted(path for path in {*left, *self.fresh} if left.get(path) != self.fresh.get(path))
        assert not changed, f"these are not what they were before all was added and taken back: {changed}"

    def _remove_all(self) -> None:
        one = self.combination
        deployed = [["remove", name] for name in (*one.platforms, one.deployed.proxy) if name]
        left = [*deployed, *(removal(words) for words in self.done if words[0] == "add")]
        self.chance.shuffle(left)
        # A server goes last of a deployment, and takes the proxy along that it cannot be without.
        left.append(["remove", one.deployed.server])
        while left:
            refused = {tuple(words): said for words in left if (said := self._refusal(words))}
            assert len(refused) < len(left), "\n".join(refused.values())
            # They wait for the others: those need what they brought, or they need theirs.
            left = [words for words in left if tuple(words) in refused]

    def _refusal(self, words: list[str]) -> str:
        """Return what the command said when it refused, "" when it did as it was told."""
        done = subprocess.run(
            [self.tool, *words], cwd=self.root, env=clean_environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 2, 3), done.stderr
        # What has gone along with another one is gone; that nothing of it is left is seen at the end.
        return done.stderr if done.returncode and GONE not in done.stderr else ""


def removal(words: list[str]) -> list[str]:
    """Return the command that takes back what an `add` put there: the answers that name it, and no others."""
    _, name, *rest = words
    template = catalog.find_one(ADDED, name)
    asked = [question for question in template.questions if question["name"] in template.identity]
    positional = _before_options(rest)[: sum(1 for one in asked if one.get("argument"))]
    named = [flag(one) for one in asked if not one.get("argument")]
    options = [word for n, word in enumerate(rest) if word in named or (n and rest[n - 1] in named)]
    return ["remove", name, *positional, *options]


def _before_options(words: list[str]) -> list[str]:
    end = next((n for n, word in enumerate(words) if word.startswith("--")), len(words))
    return words[:end]
