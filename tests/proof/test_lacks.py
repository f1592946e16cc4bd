"""Which lines of a log tell that an app misses what a copy does not have."""

import pytest

from scaffold.proof import lacks

TABLE = "sqlite3.OperationalError: no such table: post"


@pytest.mark.parametrize(
    "line",
    [
        TABLE,
        "(sqlite3.OperationalError) no such table: user",
        'psycopg2.errors.UndefinedTable: relation "post" does not exist',
        "pymysql.err.ProgrammingError: (1146, \"Table 'shop.post' doesn't exist\")",
        "(2003, \"Can't connect to MySQL server on 'db'\")",
        'connection to server at "127.0.0.1", port 5432 failed: Connection refused',
        "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        "socket.gaierror: [Errno -2] Name or service not known",
    ],
)
def test_a_line_that_tells_it(line: str) -> None:
    assert lacks.of_copy(["Traceback (most recent call last):", f"  {line}", "more"]) == line


@pytest.mark.parametrize("line", ["KeyError: 'table'", "jinja2.exceptions.TemplateNotFound: x.html", ""])
def test_a_defect_is_none(line: str) -> None:
    assert lacks.of_copy([line]) == ""


def test_a_long_line_is_cut() -> None:
    assert len(lacks.of_copy([TABLE + "x" * 500])) == lacks.LONGEST
