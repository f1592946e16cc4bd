"""When what was started is up: when it answers, and by nothing else."""

import time
from http.client import HTTPException

from scaffold.proof import lacks, probing
from scaffold.proof.processes import Process, until
from scaffold.proof.unmet import NotProved, need
from scaffold.proof.wire import Answer, Client

# An app may take a while to be imported.
PATIENCE = 30.0
# What an app says that wants a login, however long it is up.
HIDDEN = (301, 302, 303, 307, 308, 401, 403, 404)
# As many of the last characters of a log as a failure shows.
LAST = 2500


def heard(client: Client) -> Answer | None:
    """Return what a view says, None when nobody answers."""
    try:
        return client.ask(probing.view("/hello"), timeout=2)
    except (OSError, ValueError, HTTPException):
        return None


def answers(client: Client) -> bool:
    """Tell whether the app answers as it should."""
    answer = heard(client)
    return answer is not None and answer.status == 200


def connects(client: Client) -> bool:
    """Tell whether anybody is there."""
    try:
        client.link(1).close()
    except OSError:
        return False
    return True


def wait_until_listening(client: Client, process: Process) -> None:
    """Wait until somebody is there, whatever it speaks."""
    ready = until(lambda: not process.is_running() or connects(client), PATIENCE)
    need(ready and process.is_running(), "a server that listens", _not_up(process))


def wait_for(client: Client, process: Process, *, any_status: bool = False) -> float:
    """Wait until the app answers; judge by that alone, never by an exit status. Return how long it took."""
    begin = time.monotonic()
    last: Answer | None = None

    def is_over() -> bool:
        nonlocal last
        last = heard(client)
        return not process.is_running() or (last is not None and (any_status or last.status == 200 or _hides(last)))

    ready = until(is_over, PATIENCE)
    if last is not None and not any_status and _hides(last):
        where = f" to {last.header('Location')}" if last.header("Location") else ""
        raise NotProved(f"the app answers the probing views itself ({last.status}{where})")
    if not (ready and process.is_running()) and (lack := lacks.of_copy(process.output().splitlines())):
        raise NotProved(f"the copy has nothing that is stored, and no other service, and so it is not up: '{lack}'")
    need(ready and process.is_running(), "an app that answers", _not_up(process, last))
    return time.monotonic() - begin


def _hides(answer: Answer) -> bool:
    """Tell whether it is the app that keeps the views from us, as one does that wants a login."""
    return answer.status in HIDDEN and probing.is_of_the_app(answer)


def _not_up(process: Process, last: Answer | None = None) -> str:
    said = f" (it says {last})" if last else ""
    return f"it is not up{said}: {' '.join(process.words)}\n{process.output()[-LAST:]}"
