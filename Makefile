# Everything needs only Python 3.11 or newer, make and a package index that pip knows.
# Choose another interpreter with `make run PYTHON=python3.12`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.PHONY: run chat test check clean

run: $(INSTALLED)  ## get the models, then open the app on 127.0.0.1
	$(BIN)/bespoke models pull
	$(BIN)/bespoke ui

chat: $(INSTALLED)  ## the same in the terminal
	$(BIN)/bespoke models pull
	$(BIN)/bespoke chat

test: $(INSTALLED)  ## the whole suite, tests with real models included
	$(BIN)/python -m pytest

check: $(INSTALLED)  ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

clean:  ## remove what was installed and built here (models and vaults stay)
	rm -rf $(VENV) build dist *.egg-info

# The marker is written last, so an installation that broke off is repeated.
$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Bespoke needs Python 3.11 or newer; try make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25'
	@echo "Installing into $(VENV): about 2.5 GB, some minutes the first time ..."
	$(BIN)/python -m pip install --no-compile --progress-bar on --constraint constraints.txt --editable '.[dev]'
	touch $(INSTALLED)
