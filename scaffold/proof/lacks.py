"""What an app misses in a copy, and has where it runs: the tables of its database, and other services.

The database of a copy is new. Nobody runs the project's own commands that make tables, or bring them up to date: where
an app does not take its database from its settings, they would reach the user's.
"""

import re
from collections.abc import Iterable

# As SQLite, PostgreSQL, MySQL, Redis, MongoDB and those that speak for them say it.
LACK = re.compile(
    r"no such table|unable to open database file|UndefinedTable|relation \"[^\"]+\" does not exist"
    r"|Table '[^']+' doesn't exist|\(2003, |\(2002, |Can't connect to (local )?(MySQL|MariaDB)? ?server"
    r"|(could not connect to|connection to) server|could not translate host name|ServerSelectionTimeoutError"
    r"|Connection refused|Name or service not known|Temporary failure in name resolution"
)
LONGEST = 200


def of_copy(lines: Iterable[str]) -> str:
    """Return the line of a log that says it, "" where none does."""
    found = next((line.strip() for line in lines if LACK.search(line)), "")
    return found if len(found) <= LONGEST else found[: LONGEST - 1] + "…"
