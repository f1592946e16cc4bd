"""Users, their sessions and the attempts to log in, in a SQLite file.

SQLite serves many processes on one machine. To keep users elsewhere, in the database
that you have already or where several machines reach it, write the functions below
anew with the same signatures: login.py calls nothing else, and no SQL is anywhere but
here.

    add_user, set_password, remove_user     for the commands
    find_user                               by name, whatever its case
    count_attempt                           before a password is checked
    start_session, find_session, end_session

Never keep the token of a session, only its hash: who reads the store, or a copy of it,
must not be able to log in with what is in it.
"""

import math
import secrets
import sqlite3
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import time

from flask import Flask, current_app, g

SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    last_address TEXT
);
CREATE TABLE IF NOT EXISTS sessions (
    token_hash TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    created REAL NOT NULL,
    expires REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS attempts (
    folded_name TEXT NOT NULL,
    address TEXT NOT NULL,
    made REAL NOT NULL
);
PRAGMA user_version = 1;
COMMIT;
"""

# So many attempts in so many seconds. They are kept here and not in a cookie, which the
# next attempt would leave out, or in a variable, of which each worker has its own.
PER_NAME = 5
PER_ADDRESS = 20
WINDOW = 15 * 60


@dataclass(frozen=True)
class User:
    id: int
    name: str
    password_hash: str = field(repr=False)


def init_app(app: Flask) -> None:
    path = Path(app.instance_path) / "users.sqlite3"
    app.config.setdefault("USERS_DATABASE", path)
    app.teardown_appcontext(close)


def connect() -> sqlite3.Connection:
    """Return the connection of this request. The first one ever makes the tables."""
    if "users_database" not in g:
        path = Path(current_app.config["USERS_DATABASE"])
        path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite would let everybody on this machine read it. One that is there is not
        # opened, because closing it again would take the locks from other threads.
        with suppress(FileExistsError):
            path.touch(mode=0o600, exist_ok=False)
        # Workers wait for each other, up to 10 seconds; each statement is committed by
        # itself unless it says BEGIN.
        g.users_database = sqlite3.connect(path, timeout=10, isolation_level=None)
        g.users_database.execute("PRAGMA foreign_keys = ON")
        if g.users_database.execute("PRAGMA user_version").fetchone() == (0,):
            g.users_database.executescript(SCHEMA)

    database: sqlite3.Connection = g.users_database
    return database


def close(error: BaseException | None) -> None:
    if database := g.pop("users_database", None):
        database.close()


def fold(name: str) -> str:
    """Return what names are compared by: Ada, ADA and "ada " are one user."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def hash_token(token: str) -> str:
    # It is random and long, so that, unlike a password, it needs no slow hash.
    return sha256(token.encode()).hexdigest()


def add_user(name: str, password_hash: str) -> bool:
    """Return whether the name was free."""
    done = connect().execute(
        "INSERT OR IGNORE INTO users (name, folded_name, password_hash)"
        " VALUES (?, ?, ?)",
        (name, fold(name), password_hash),
    )
    return done.rowcount == 1


def find_user(name: str) -> User | None:
    row = (
        connect()
        .execute(
            "SELECT id, name, password_hash FROM users WHERE folded_name = ?",
            (fold(name),),
        )
        .fetchone()
    )
    return User(*row) if row else None


def set_password(user: User, password_hash: str) -> None:
    """Change it, and end the user's sessions: one of them may be a thief's."""
    with connect() as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute(
            "UPDATE users SET password_hash = ? WHERE id = ?",
            (password_hash, user.id),
        )
        database.execute("DELETE FROM sessions WHERE user_id = ?", (user.id,))


def remove_user(user: User) -> None:
    """Remove the user, and by the schema their sessions too."""
    connect().execute("DELETE FROM users WHERE id = ?", (user.id,))


def count_attempt(name: str, address: str) -> int:
    """Count one attempt to log in, or return for how many seconds there are too many.

    Whoever guesses at a name keeps its owner out too, or many addresses together could
    guess without end. Three things bound that: it lasts for the window only, because
    what is refused is not counted; where the user logged in last, only the attempts
    from there count; and nobody who is logged in notices.
    """
    now = time()
    with connect() as database:
        # Taken before counting, so that no two requests get the last attempt.
        database.execute("BEGIN IMMEDIATE")
        known = database.execute(
            "SELECT 1 FROM users WHERE folded_name = ? AND last_address = ?",
            (fold(name), address),
        ).fetchone()
        # The oldest of those that fill the limit: when its time is over, there is room.
        by_name = database.execute(
            "SELECT made FROM attempts WHERE folded_name = ? AND (address = ? OR NOT ?)"
            " ORDER BY made DESC LIMIT 1 OFFSET ?",
            (fold(name), address, bool(known), PER_NAME - 1),
        ).fetchone()
        by_address = database.execute(
            "SELECT made FROM attempts WHERE address = ?"
            " ORDER BY made DESC LIMIT 1 OFFSET ?",
            (address, PER_ADDRESS - 1),
        ).fetchone()
        ends = [float(row[0]) + WINDOW for row in (by_name, by_address) if row]
        if (wait := max(ends, default=now) - now) > 0:
            return math.ceil(wait)
        database.execute("DELETE FROM attempts WHERE made <= ?", (now - WINDOW,))
        database.execute(
            "INSERT INTO attempts VALUES (?, ?, ?)", (fold(name), address, now)
        )
    return 0


def start_session(user: User, address: str) -> str:
    """Return a new token for a user who has logged in from this address."""
    token = secrets.token_urlsafe(32)
    now = time()
    expires = now + current_app.permanent_session_lifetime.total_seconds()
    with connect() as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute(
            "DELETE FROM attempts WHERE folded_name = ?", (fold(user.name),)
        )
        database.execute(
            "UPDATE users SET last_address = ? WHERE id = ?", (address, user.id)
        )
        database.execute("DELETE FROM sessions WHERE expires <= ?", (now,))
        database.execute(
            "INSERT INTO sessions VALUES (?, ?, ?, ?)",
            (hash_token(token), user.id, now, expires),
        )
    return token


def find_session(token: str) -> User | None:
    """Return whose session it is, unless it has ended."""
    row = (
        connect()
        .execute(
            "SELECT id, name, password_hash FROM sessions JOIN users ON id = user_id"
            " WHERE token_hash = ? AND expires > ?",
            (hash_token(token), time()),
        )
        .fetchone()
    )
    return User(*row) if row else None


def end_session(token: str) -> None:
    connect().execute("DELETE FROM sessions WHERE token_hash = ?", (hash_token(token),))
