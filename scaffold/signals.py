"""Ctrl-C, SIGTERM and a closed terminal while files are written: noted at once, acted on between two steps."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

Check = Callable[[], None]
NUMBERS = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM", "SIGINT") if hasattr(signal, name)]


@contextmanager
def held_back() -> Iterator[Check]:
    """Hold signals back for the time of the block; what it yields raises `KeyboardInterrupt` when one came.

    An exception between any two bytecodes could leave a step half-done, its rollback too. So a signal that comes after
    the last call of what is yielded does nothing: by then the work is complete.
    """
    came: list[int] = []
    before: dict[int, Any] = {}

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)

    def check() -> None:
        if came:
            raise KeyboardInterrupt

    try:
        for number in NUMBERS:
            handler = signal.getsignal(number)
            if handler not in (None, signal.SIG_IGN):  # nohup ignores it, and so do we
                with suppress(ValueError):  # in another thread: the main one keeps the signals
                    before[number] = signal.signal(number, note)
        yield check
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def as_interrupts() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the block as Ctrl-C does: with everything put away that it holds.

    Whoever presses it again while that is done would leave half of it behind, so the second one does nothing.
    """
    before: dict[int, Any] = {}

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    try:
        for number in NUMBERS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, interrupt)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
