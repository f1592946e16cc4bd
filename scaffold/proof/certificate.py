"""A certificate for a deployed domain that nobody vouches for but our own client."""

import subprocess
from pathlib import Path

from scaffold.proof import programs
from scaffold.proof.unmet import NotProved

CHAIN, KEY = "fullchain.pem", "privkey.pem"


def made(folder: Path, domain: str) -> tuple[Path, Path]:
    """Make a certificate for a domain, and its key."""
    chain, key = folder / CHAIN, folder / KEY
    of = ["-subj", "/CN=scaffold", "-addext", f"subjectAltName=DNS:{domain}", "-days", "30"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    words = [programs.path("openssl"), "req", "-x509", *kind, *of, "-keyout", str(key), "-out", str(chain)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise NotProved(f"openssl makes no certificate: {last}")
    return chain, key
