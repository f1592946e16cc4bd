"""Few projects in which every two values that can be together are together once: chosen by code, the same each time."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence

from tests.matrix import axes
from tests.matrix.axes import IN, OUT, Combination, Deployed, Space, Value

# How many projects are tried for each that is taken.
TRIES = 16
Pair = frozenset[Value]
# Every server is booted behind every proxy in tests/end_to_end/deploy/test_pairs.py, and the answers of a server are a
# matter of that server. All other pairs of these are for `make test-all`.
APART = ({axes.SERVER, axes.PROXY},)


def wanted(space: Space, *, whole: bool = False) -> set[Pair]:
    """Return the pairs that the cover is about: all that can be, or but those that are proved elsewhere."""
    return {pair for pair in space.pairs if whole or _is_wanted({axis for axis, _ in pair})}


def _is_wanted(pair: set[str]) -> bool:
    return pair not in APART and (axes.ANSWERS not in pair or pair == {axes.SERVER, axes.ANSWERS})


def pairs(one: Combination, space: Space) -> set[Pair]:
    """Return every two values of a project."""
    held = space.values(one)
    return {frozenset([mine, theirs]) for number, mine in enumerate(held) for theirs in held[:number]}


def chosen(space: Space, *, whole: bool = False) -> list[Combination]:
    """Return the projects; the whole of it has each deployment besides."""
    left = Left(wanted(space, whole=whole))
    chance = random.Random(0)
    found: list[Combination] = []
    todo = list(space.deployed) if whole else []
    while todo or left:
        one = _next(space, left, chance, [todo.pop(0)] if todo else space.deployed)
        left.take(space.values(one))
        found.append(one)
    return found


def _next(space: Space, left: "Left", chance: random.Random, deployed: Sequence[Deployed]) -> Combination:
    """Return the best of several projects, each built around a pair that is left."""
    best: tuple[int, Combination] | None = None
    tries = 0
    # A pair may be of few projects, and then not every try finds one.
    while tries < TRIES or best is None or not best[0]:
        seed = left.pair(chance) if len(deployed) > 1 else []
        one = _Building(space, left, chance, dict(seed)).built(deployed)
        if one:
            count = left.count(space.values(one))
            best = max(best or (count, one), (count, one), key=lambda both: both[0])
        tries += 1
        if best and len(deployed) == 1 and tries >= TRIES:
            break
    return best[1]


class Left:
    """The pairs that no project has yet."""

    def __init__(self, todo: Iterable[Pair]) -> None:
        ordered = sorted(tuple(sorted(pair)) for pair in todo)
        self._with: dict[Value, set[Value]] = {}
        # How many are left of two axes: no project has two of them, so that many projects have to come.
        self._counts: Counter[tuple[str, str]] = Counter()
        for mine, theirs in ordered:
            self._with.setdefault(mine, set()).add(theirs)
            self._with.setdefault(theirs, set()).add(mine)
            self._counts[mine[0], theirs[0]] += 1
        self._ordered = ordered

    def __bool__(self) -> bool:
        return self._counts.total() > 0

    def gain(self, value: Value, held: Iterable[Value]) -> int:
        """Return what it is worth to put a value to others: most where most pairs are left."""
        open_ = self._with.get(value, ())
        return sum(self._counts[_axes(value, other)] ** 2 for other in held if other in open_)

    def count(self, values: Sequence[Value]) -> int:
        """Return what the pairs in these values are worth."""
        return sum(self.gain(value, values[:number]) for number, value in enumerate(values))

    def take(self, values: Sequence[Value]) -> None:
        """Strike the pairs that are in these values."""
        for number, value in enumerate(values):
            for other in values[:number]:
                if other in self._with.get(value, ()):
                    self._with[value].remove(other)
                    self._with[other].remove(value)
                    self._counts[_axes(value, other)] -= 1

    def pair(self, chance: random.Random) -> Sequence[Value]:
        """Return a pair that is left, of the two axes that have most."""
        self._ordered = [(mine, theirs) for mine, theirs in self._ordered if theirs in self._with[mine]]
        most = max(self._counts.values())
        return chance.choice([pair for pair in self._ordered if self._counts[_axes(*pair)] == most])


def _axes(one: Value, other: Value) -> tuple[str, str]:
    return (one[0], other[0]) if one < other else (other[0], one[0])


class _Building:
    """One project, built around some values: for each axis, the value that makes most pairs with those before."""

    def __init__(self, space: Space, left: Left, chance: random.Random, seed: dict[str, str]) -> None:
        self.space, self.left, self.chance, self.seed = space, left, chance, seed
        self.held = list(seed.items())
        self.sides: dict[str, set[str]] = {IN: set(), OUT: set()}

    def built(self, deployed: Sequence[Deployed]) -> Combination | None:
        """Return the project, None when there is none with these values."""
        fitting = [one for one in deployed if self._fits(one)]
        if not fitting:
            return None
        found = max(fitting, key=lambda one: (self.left.count([*self.held, *one.values]), self.chance.random()))
        self.held += [value for value in found.values if value not in self.held]
        every = self.space.axes
        # What is asked for goes first, so that nothing that comes on the way stands against it.
        order = sorted(every, key=lambda axis: (axis not in self.seed, self.chance.random()))
        picked = {axis: self._pick(axis, every[axis], found) for axis in order}
        if None in picked.values():
            return None
        return self.space.combination(found, {axis: str(value) for axis, value in picked.items()})

    def _fits(self, deployed: Deployed) -> bool:
        told = dict(deployed.values)
        if any(self.seed.get(axis, value) != value for axis, value in told.items()):
            return False
        if not self.space.fits(deployed, self.seed.get(axes.PYTHON)):
            return False
        return self.space.takes(deployed, self.space.closed(axis for axis, value in self.seed.items() if value == IN))

    def _pick(self, axis: str, values: Sequence[str], deployed: Deployed) -> str | None:
        asked = [self.seed[axis]] if axis in self.seed else values
        open_ = [one for one in asked if self._may_be(axis, one, deployed)]
        if not open_:
            return None
        best = max(open_, key=lambda one: (self.left.gain((axis, one), self.held), self.chance.random()))
        self.held += [] if axis in self.seed else [(axis, best)]
        if best in self.sides:
            self.sides[best].add(axis)
        return best

    def _may_be(self, axis: str, value: str, deployed: Deployed) -> bool:
        if axis == axes.PYTHON:
            return self.space.fits(deployed, value)
        if value not in self.sides:
            return True
        inside = self.space.closed({*self.sides[IN], *([axis] if value == IN else [])})
        outside = {*self.sides[OUT], *([axis] if value == OUT else [])}
        return not inside & outside and self.space.takes(deployed, inside)
