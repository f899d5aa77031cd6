# What a developer types. `make help` lists it.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test bench lint docs lock clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-9s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Clusteratlas needs Python 3.11 or newer; found: $$($(PYTHON) --version). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.runtime ## The environment in .venv (demo and test do this by themselves)

setup-dev: $(VENV)/.development ## The environment with what tests and linters need

demo: setup ## Build a release from the package's sample and serve the site (PORT=8000)
	$(BIN)/clusteratlas build --source sample --source curated --out $(DEMO)
	$(BIN)/clusteratlas serve --release $(DEMO) --port $(PORT)

test: setup-dev ## Set up what the tests need and run every test
	@$(BIN)/python tools/ensure_chromium.py || echo "make test: the browser tests will be skipped." >&2
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

bench: setup-dev ## Measure speed, as ratios against named baselines in the same run
	$(BIN)/python -m benchmarks

lint: setup-dev ## Linters and the order of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

docs: setup-dev ## Write the reference anew from the code
	$(BIN)/python tools/make_reference.py

lock: setup-dev ## Resolve the dependencies anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-header -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header -o requirements-dev.lock

clean: ## Remove the environment and what was built
	rm -rf $(VENV) $(DEMO) build dist
