# Needs Python 3.11 or newer and a package index; everything else is installed into .venv.
PYTHON ?= python3
VENV ?= .venv

.PHONY: demo test lint check docs bench clean

demo: $(VENV)/ready ## set up, and lint the incident that started this project
	@$(VENV)/bin/mblint examples/docs-500/before; test $$? -eq 1

test: $(VENV)/ready ## set up, and run the tests
	$(VENV)/bin/pytest

lint: $(VENV)/ready ## formatting, lint rules, types
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

check: lint test ## what CI runs

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
