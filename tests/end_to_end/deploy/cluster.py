"""The programs that read what Kubernetes takes, brought by Python packages and asked by their command lines."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import parts

Document = dict[str, Any]
# What the Gateway API defines is not part of Kubernetes, and the validator has no schema of it.
ELSEWHERE = "gateway.networking.k8s.io"
READ = """
import json, sys, yaml
found = [[one for one in yaml.safe_load_all(text) if one is not None] for text in json.load(sys.stdin)]
json.dump(found, sys.stdout)
"""
CHECK = """
import json, sys
from jsonschema import Draft7Validator
schema, value = json.load(sys.stdin)
Draft7Validator.check_schema(schema)
found = Draft7Validator(schema).iter_errors(value)
json.dump([f"{error.json_path}: {error.message}" for error in found], sys.stdout)
"""


def program(name: str) -> str:
    """Return the path of `kubectl` or of `helm`."""
    return parts.of_layer(name)


def documents(text: str) -> list[Document]:
    """Return the documents of a YAML file."""
    return all_documents([text])[0]


def all_documents(texts: Sequence[str]) -> list[list[Document]]:
    """Return the documents of several YAML files; one program reads them all."""
    found: list[list[Document]] = _asked(READ, json.dumps(texts))
    return found


def against(schema: Mapping[str, Any], value: Any) -> list[str]:
    """Return how a value breaks a JSON schema."""
    found: list[str] = _asked(CHECK, json.dumps([schema, value]))
    return found


def _asked(script: str, text: str) -> Any:
    # The validator's own Python has what reads YAML, and what knows JSON schemas.
    words = [str(Path(parts.wheel("kubernetes-validate")).with_name("python")), "-c", script]
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(text: str, folder: Path) -> list[str]:
    """Return what the strict validator says against manifests, in which all has to be known to it."""
    file = folder / "manifests.yaml"
    file.write_text(text)
    words = [parts.wheel("kubernetes-validate"), "--strict", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    found = [line for line in lines if not line.startswith("INFO") and ELSEWHERE not in line]
    assert done.returncode == 0 or found, lines
    return found


def built(folder: Path) -> str:
    """Return what `kubectl kustomize` makes of a folder."""
    return said([program("kubectl"), "kustomize", str(folder)])


def said(words: Sequence[str]) -> str:
    """Return what a program prints; it must succeed."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def failed(words: Sequence[str]) -> str:
    """Return what a program prints; it must fail."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode != 0, f"{words} accepts what is broken"
    return done.stdout + done.stderr
