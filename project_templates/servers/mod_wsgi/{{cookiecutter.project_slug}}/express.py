"""Run the app in an Apache of its own, which mod_wsgi-express configures.

Where it listens is said by its arguments, because that differs from place to place.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent.resolve()

parser = argparse.ArgumentParser()
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", default="8000")
address = parser.parse_args()

# Apache would start without the app, and answer 500. An app that cannot be imported
# ends this instead, so that whoever started it hears of it.
import_module("{{cookiecutter.wsgi_module}}")

options = {
    "host": address.host,
    "port": address.port,
    "callable-object": "{{cookiecutter.wsgi_name}}",
    "working-directory": FOLDER,
    # Processes use more cores; threads wait for databases and networks.
    "processes": {{cookiecutter.workers}},
    "threads": {{cookiecutter.threads}},
    # Longer bodies never reach the app, which has the same limit (MAX_CONTENT_LENGTH).
    "limit-request-body": os.environ.get("MAX_CONTENT_LENGTH", "{{cookiecutter.body_limit}}"),
    # What takes longer is given up; a stop and new code wait as long for what is under
    # way. With several threads, mod_wsgi is more patient than this says.
    "request-timeout": {{cookiecutter.timeout}},
    "graceful-timeout": {{cookiecutter.timeout}},
    "shutdown-timeout": {{cookiecutter.timeout}},
    # A process is replaced after so many requests, which bounds what a leak can cost.
    "maximum-requests": 5000,
    # Names of files are UTF-8, on a machine without locales too.
    "locale": "C.UTF-8",
    # A "%2F" in a path reaches the app, too.
    "include-file": FOLDER / "deploy" / "mod_wsgi" / "paths.conf",
}
words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
express = str(Path(sys.executable).with_name("mod_wsgi-express"))
script = str(FOLDER / "{{cookiecutter.wsgi_file}}")
os.execv(express, [express, "start-server", script, "--log-to-terminal", *words])
