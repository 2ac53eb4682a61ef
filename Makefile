# Everything a person needs: run, test, lint, format, bench. Each target does its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ROOM ?=

# Where the environment forbids keeping bytecode, each of many programs would compile the whole house anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-ready visual upgrade-check lint lint-style lint-types format bench lock messages compile-messages baseline setup setup-dev assets clean

help: ## Show what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

run: setup ## Set everything up and serve http://127.0.0.1:8000 (Ctrl-C stops it)
	@$(BIN)/motcua run

test: test-ready ## Set up for tests (Chromium included) and run every test
	$(BIN)/pytest -n 2 --dist loadscope $(PYTEST_ARGS)

test-ready: setup-dev # Chromium, the programs that tests check by, migrated databases to copy
	@tools/chromium.sh
	@tools/test-programs.sh
	@tools/archive-rules.sh
	@$(BIN)/python -m tests.early

visual: setup-dev ## Renew the prints of the most used pages; var/visual/report.html shows what changed
	@tools/chromium.sh
	@MOTCUA_VISUAL=renew $(BIN)/pytest tests/visual -n0 -q
	@echo "Look at var/visual/report.html before you commit tests/visual/kept."

upgrade-check: setup-dev ## Migrate a house that an earlier version built, and look it over
	@tools/upgrade.sh

lint: lint-style lint-types ## Style, types, floors, templates, translations

lint-style: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src
	$(BIN)/python tools/messages.py check

lint-types: setup-dev
	$(BIN)/mypy

format: setup-dev ## Put source and templates in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev ## Measure, and write benchmarks/RESULTS.md
	@tools/test-programs.sh
	$(BIN)/python -m benchmarks

messages: setup-dev ## Extract messages: make messages ROOM=services/dossiers
	$(BIN)/python tools/messages.py extract $(ROOM)

compile-messages: ## Compile the message catalogues
	$(BIN)/python tools/messages.py compile

baseline: setup-dev ## Write anew what an empty database begins with, from all migrations (minutes)
	$(BIN)/python tools/baseline.py

lock: ## Pin requirements/*.in with hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q requirements/pip.in -o requirements/pip.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q requirements/dev.in -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q requirements/base.in -c requirements/dev.txt -o requirements/base.txt

ASSETS := src/motcua/site/static/site/build/.done
# Asking the files costs a hundredth of asking Python, and each start of the house asks.
COMPILED := $(VENV)/.messages
IS_COMPILED := test -e $(COMPILED) -a -z "$$(find src -name '*.po' -newer $(COMPILED) -print -quit 2>/dev/null)"
COMPILE := $(IS_COMPILED) || { $(BIN)/python tools/messages.py compile --quiet --if-changed && touch $(COMPILED); }
setup: $(VENV)/.base $(ASSETS) ## Set up what running needs
	@$(COMPILE)
setup-dev: $(VENV)/.dev $(ASSETS) ## Set up what testing needs
	@$(COMPILE)

PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "motcua needs Python 3.11 or newer ($(PYTHON) is older)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Install the venv module first: apt-get install python3-venv"; exit 1; }
	@$(PIP) -r requirements/pip.txt # the pip of an older Python needs three times as long for what follows

$(VENV)/.base: requirements/base.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing Python packages …"
	@test -e $(VENV)/.dev || $(PIP) -r requirements/base.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing Python packages for development …"
	@$(PIP) --no-compile -r requirements/dev.txt # tests import a third of it, and compile that
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.base

node_modules/.done: package.json package-lock.json
	@command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 20))' || { echo "motcua needs Node.js 20 or newer, with npm."; exit 1; }
	@echo "Installing front-end packages …"
	@npm ci --silent --no-audit --no-fund
	@touch $@

assets: $(ASSETS) ## Build the front end
$(ASSETS): node_modules/.done $(wildcard frontend/*) $(wildcard frontend/*/*)
	@echo "Building front-end assets …"
	@npm run --silent build
	@touch $@

clean: ## Remove what was built (never what was stored)
	rm -rf $(VENV) node_modules src/motcua/site/static/site/build
