"""What is broken without a probe that could notice: each with the reason, and each must still be so."""

import re

from tests.mutations.mutation import Mutation

USER = "only who has an account gets there, and no request makes one"
BEYOND = {
    r"^add login: (show|log_in) says 302 for its \d\. status, 303$": USER,
    r"^add login: account\.html is empty$": USER,
    r"^add api \w+: delete says 200 for its \d\. status, 204$": "the URL of an item is known to whoever made it alone",
}


def reason(mutation: Mutation) -> str:
    """Return why no probe can notice, '' when one has to."""
    return next((why for pattern, why in BEYOND.items() if re.search(pattern, mutation.name)), "")
