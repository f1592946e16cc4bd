"""The steps after `new`: an environment, a first commit, a running server."""

import os
import shlex
import shutil
import subprocess
import sys

import click

from scaffold.errors import LaterStep, PortTaken

HOST = "127.0.0.1"
FIRST_PORT, LAST_PORT = 5000, 65535


def after_new(root: str, *, install: bool, git: bool, port: int | None) -> None:
    """Do what was asked for, in the order in which it can be done; raise `LaterStep` for the first that fails.

    With a port the project is served there until somebody stops it.
    """
    if install or port is not None:
        _install(root)
    if git:
        _commit(root)
    if port is not None:
        _serve(root, port)


def _install(root: str) -> None:
    for words in _install_commands(root):
        _do("the installation", words, root)


def _install_commands(root: str) -> list[list[str]]:
    """Return the commands that make `.venv` in its final place, with uv when it is there, else with venv and pip."""
    python = _python(root)
    uv = shutil.which("uv")
    if uv:
        return [
            [uv, "venv", "--quiet", "--python", sys.executable, ".venv"],
            [uv, "pip", "install", "--quiet", "--python", python, "-e", ".[dev]"],
        ]
    return [
        [sys.executable, "-m", "venv", ".venv"],
        [python, "-m", "pip", "install", "--quiet", "-e", ".[dev]"],
    ]


def _python(root: str) -> str:
    folder, name = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    return os.path.join(root, ".venv", folder, name)


def _commit(root: str) -> None:
    if not os.path.isdir(os.path.join(root, ".git")):
        _do("'git init'", ["git", "init", "--quiet"], root)
    _do("'git add'", ["git", "add", "--all"], root)
    _do("the first commit", ["git", "commit", "--quiet", "--message", "Begin the project"], root)


def _do(step: str, words: list[str], root: str) -> None:
    retry = f"cd {shlex.quote(root)} && {shlex.join(words)}"
    try:
        done = subprocess.run(words, cwd=root, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise LaterStep(step, f"{words[0]}: {error.strerror}", retry) from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
        raise LaterStep(step, lines[-1], retry)


def _serve(root: str, port: int) -> None:
    _check_port(root, port)
    click.echo(f"\nServing http://{HOST}:{port} (stop it with Ctrl-C)", err=True)
    try:
        subprocess.run(_serving(root, port), cwd=root, check=False)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def _serving(root: str, port: int) -> list[str]:
    return [_python(root), "-m", "flask", "run", "--host", HOST, "--port", str(port)]


def _check_port(root: str, port: int) -> None:
    if reason := _refusal(port):
        other = next((one for one in range(port + 1, LAST_PORT + 1) if not _refusal(one)), FIRST_PORT)
        raise PortTaken(port, reason, f"cd {shlex.quote(root)} && {shlex.join(_serving(root, other))}")


def _refusal(port: int) -> str | None:
    """Return why nobody can listen on the port, None when it is free."""
    import errno
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
    return None
