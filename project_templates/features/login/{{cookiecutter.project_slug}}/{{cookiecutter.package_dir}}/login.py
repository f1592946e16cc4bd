"""Log in, log out, and views for those only who are logged in."""

import re
from collections.abc import Callable
from functools import cache, wraps
from ipaddress import IPv6Address, IPv6Network, ip_address
from secrets import token_hex
from typing import ParamSpec, TypeVar

import click
from flask import (
    Blueprint,
    Response,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import TooManyRequests
from werkzeug.security import check_password_hash, generate_password_hash

from {{cookiecutter.sibling}}extensions import csrf
from {{cookiecutter.sibling}}users import (
    User,
    add_user,
    count_attempt,
    end_session,
    find_session,
    find_user,
    remove_user,
    set_password,
    start_session,
)

P = ParamSpec("P")
R = TypeVar("R")

LONGEST_NAME = 64
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1_000  # hashing a longer one would cost an attacker nothing, us time
HASH_METHOD = "scrypt"

# No group: `flask add-user`, not `flask login add-user`.
bp = Blueprint("login", __name__, cli_group=None)

# Logging in is protected too, or another site could log its visitors in as somebody
# else, and see what they then do.
bp.before_request(csrf.protect)


def login_required(view: Callable[P, R]) -> Callable[P, R | BaseResponse]:
    """Send visitors to the login page, and from there back to the view.

    It goes below the route: `@bp.get("/shop")`, then `@login_required`.
    """

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R | BaseResponse:
        if g.user is not None:
            return view(*args, **kwargs)
        # Only what can be asked for again by following a link.
        again = request.method in {"GET", "HEAD"}
        back = "/" + request.url.removeprefix(request.host_url) if again else None
        return redirect(url_for("login.show", next=back), 303)

    return wrapped


@bp.before_app_request
def load_user() -> None:
    g.user = None
    # A file that everybody may see must not depend on a cookie, or no cache keeps it.
    if (request.endpoint or "").rpartition(".")[2] == "static":
        return
    if token := session.get("login_token"):
        g.user = find_session(token)


@bp.after_app_request
def keep_private(response: Response) -> Response:
    # Neither for the next user of this browser, nor for those behind the same proxy.
    if g.get("user"):
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/login")
def show() -> ResponseReturnValue:
    if g.user is not None:
        return redirect(next_page(), 303)
    return render_template("login.html", name="")


@bp.post("/login")
def log_in() -> ResponseReturnValue:
    name, password = request.form["name"], request.form["password"]
    address = network(request.remote_addr or "")

    user = None
    # Nobody has longer ones: they are worth neither a hash nor a row in the database.
    if len(name) <= LONGEST_NAME and len(password) <= LONGEST_PASSWORD:
        if seconds := count_attempt(name, address):
            raise TooManyRequests(
                f"Too many attempts to log in. Try again in {-(-seconds // 60)} min.",
                retry_after=seconds,
            )
        user = check(name, password)

    if user is None:
        # One message, whichever of the two is wrong.
        page = render_template("login.html", name=name[:LONGEST_NAME], wrong=True)
        return page, 422

    # Nothing of the session before is kept: somebody else may know its cookie.
    end_session(session.get("login_token", ""))
    session.clear()
    session["login_token"] = start_session(user, address)
    return redirect(next_page(), 303)


@bp.post("/logout")
def log_out() -> ResponseReturnValue:
    # On the server, because a copy of the cookie would still say that we are logged in.
    end_session(session.get("login_token", ""))
    session.clear()
    return redirect(url_for("login.show"), 303)


@bp.get("/account")
@login_required
def account() -> str:
    return render_template("account.html")


def check(name: str, password: str) -> User | None:
    """Return the user, if the password is right."""
    # One hash of the same cost whoever asks, so that the time does not tell which names
    # there are. The stand-in is there before, or the first stranger would wait longer.
    stand_in = hash_nobody()
    user = find_user(name)
    right = check_password_hash(user.password_hash if user else stand_in, password)
    return user if right else None


@cache
def hash_nobody() -> str:
    return generate_password_hash(token_hex(), HASH_METHOD)


def network(address: str) -> str:
    """Return what attempts are counted by: of IPv6, people have a /64 network each."""
    try:
        ip = ip_address(address)
    except ValueError:  # a proxy may say "unknown", a socket file nothing
        return address
    if isinstance(ip, IPv6Address) and not ip.ipv4_mapped:
        return str(IPv6Network((ip, 64), strict=False))
    return address


def next_page() -> str:
    """Return `next` if it is a path on this site, else the account page."""
    target = request.args.get("next", "")
    # A path begins with one slash: after "//" comes a host. Browsers take "\" for "/",
    # and leave out tabs and newlines, so none of these may be anywhere in it.
    if re.fullmatch(r"/(?!/)[^\\\x00-\x20\x7f]*", target):
        return target
    return url_for("login.account")


@bp.cli.command("add-user")
@click.argument("name")
def add_user_command(name: str) -> None:
    """Add a user who can log in. Asks for the password."""
    name = name.strip()
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise click.ClickException(
            f"A name has 1 to {LONGEST_NAME} printable characters."
        )
    taken = click.ClickException(f"There is a user {name!r} already.")
    if find_user(name):
        raise taken
    if not add_user(name, ask_password()):
        raise taken
    click.echo(f"Added {name!r}.")


@bp.cli.command("set-password")
@click.argument("name")
def set_password_command(name: str) -> None:
    """Give a user another password, and end their sessions."""
    user = known(name)
    set_password(user, ask_password())
    click.echo(f"Changed the password of {user.name!r}.")


@bp.cli.command("remove-user")
@click.argument("name")
def remove_user_command(name: str) -> None:
    """Remove a user, and end their sessions."""
    user = known(name)
    remove_user(user)
    click.echo(f"Removed {user.name!r}.")


def known(name: str) -> User:
    if user := find_user(name):
        return user
    raise click.ClickException(f"There is no user {name!r}.")


def ask_password() -> str:
    """Ask for a password twice, and return its hash."""
    # Never an option of the command: the shell's history and `ps` would show it.
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise click.ClickException(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
        )
    return generate_password_hash(password, HASH_METHOD)
