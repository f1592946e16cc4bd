"""The table of probes and mutations: who turns red by what, and what must not be in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.mutations import beyond
from tests.mutations.mutation import Unit
from tests.mutations.running import Seen


@dataclass(frozen=True)
class Table:
    """All that was seen of one project."""

    layout: str
    units: Sequence[Unit]
    seen: Sequence[Seen]
    # What has views, and no probe.
    unprobed: Sequence[str] = ()

    @property
    def probes(self) -> list[str]:
        """Return the names of the probes, each once however many things have it."""
        return sorted({asked.name for unit in self.units for asked in unit.asked})

    @property
    def survivors(self) -> list[str]:
        """Return the probes that no mutation turns red."""
        killed = {name for one in self.seen for name in one.killed}
        return [name for name in self.probes if name not in killed]

    @property
    def idle(self) -> list[str]:
        """Return the mutations that turn no probe red, though one has to."""
        return [one.mutation.name for one in self.seen if not one.killed and not beyond.reason(one.mutation)]

    @property
    def strays(self) -> list[str]:
        """Return what mutations did to the probes of others."""
        return [f"{one.mutation.name}: {said}" for one in self.seen for said in one.strays]

    @property
    def noticed(self) -> list[str]:
        """Return the mutations that a probe notices, though we say that none can."""
        return [one.mutation.name for one in self.seen if one.killed and beyond.reason(one.mutation)]

    def summary(self) -> str:
        """Return it in a line, with the survivors by name."""
        left = [f"\n  survives: {name}" for name in self.survivors]
        done = "all of them turn red" if not left else f"{len(left)} stay green"
        return f"{self.layout}: {len(self.probes)} probes, {len(self.seen)} mutations: {done}{''.join(left)}"

    def lines(self) -> Iterator[str]:
        """Yield each probe, and below it the mutations that turn it red."""
        for name in self.probes:
            killers = [one.mutation.name for one in self.seen if name in one.killed]
            yield f"{len(killers):4}  {name}"
            yield from (f"        {killer}" for killer in killers)
        yield from (f"kills nothing: {name}" for name in self.idle)
        yield from (f"touches others: {name}" for name in self.strays)
        yield from (f"has views and no probe: {name}" for name in self.unprobed)
        yield self.summary()
