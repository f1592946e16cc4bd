"""How a check says that something is not as it must be, or that it could not find out."""


class Unmet(Exception):
    """An answer, or a process, that is not as it must be.

    With `is_sure` it is so whatever else the copy lacks.
    """

    def __init__(self, expected: str, got: str, request: str = "", *, is_sure: bool = False) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got
        self.request = request
        self.is_sure = is_sure


class NotProved(Exception):
    """Something that this machine, or this project, gives no way to find out; says why, and what would help."""

    def __init__(self, why: str, command: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.command = command


def need(true: object, expected: str, got: object) -> None:
    """Raise `Unmet` unless it is true."""
    if not true:
        raise Unmet(expected, str(got))
