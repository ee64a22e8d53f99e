# Everything sets itself up: only Python 3.11 or newer is needed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check lint types lock quality bench bench-asks fuzz load memory soak screenshots translations clean

# An answer in the terminal, then the bot in a Discord on this machine: open the address, Ctrl-C ends it.
demo: .venv/installed
	@echo '$$ .venv/bin/python -m bot ask "nato expantion"'
	@$(BIN)/python -m bot ask "nato expantion"
	@echo
	@echo '$$ .venv/bin/python -m bot sandbox'
	@exec $(BIN)/python -m bot sandbox

# The pictures of the README, taken in a real browser.
screenshots: .venv/installed-dev
	$(BIN)/python -m tools.screenshots

# The texts of the code into the catalogues; prints what is still to be translated.
translations: .venv/installed-dev
	$(BIN)/python -m tools.translations

# Every parser under examples that nobody saw before, for ten minutes.
fuzz: .venv/installed-dev
	$(BIN)/python -m tests.fuzz

# Two hours idle and 10,000 interactions in the sandbox: whether memory stays flat.
soak: .venv/installed-dev
	$(BIN)/python -m tests.bench.soak

test: .venv/installed-dev
	$(BIN)/python -m pytest

check: lint types test

lint: .venv/installed-dev
	$(BIN)/ruff check bot tests tools
	$(BIN)/ruff format --check bot tests tools

types: .venv/installed-dev
	$(BIN)/mypy

# How well judged questions are answered: those of tests/judged, or of FOLDER=….
quality: .venv/installed
	$(BIN)/python -m tests.quality $(FOLDER)

# What matching costs, from 100 to 100,000 names; then how long members wait for an answer.
bench: .venv/installed-dev
	$(BIN)/python -m tests.bench.latency
	$(BIN)/python -m tests.bench.answers

# What the ask log costs an answer, and what a year of asks costs whoever counts them: a quarter of an hour.
bench-asks: .venv/installed-dev
	$(BIN)/python -m tests.bench.asks

# Interactions a second and the time to the first response, beside a bot that says «pong»; then ten minutes of fifty people.
load: .venv/installed-dev
	$(BIN)/python -m tests.bench.load

# Resident memory of the bot, and what 2,500 servers add to it, beside a bare client of the library's.
memory: .venv/installed-dev
	$(BIN)/python -m tests.bench.memory

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Briefbot needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)'; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo 'Python cannot make a virtual environment; on Debian: apt install python3-venv'; exit 1; }

.venv/installed: requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

.venv/installed-dev: requirements-dev.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@ .venv/installed

# Pin every dependency again, with hashes and without the address of any index.
lock: .venv/installed-dev
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra postgres --output-file requirements.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra postgres --group dev --output-file requirements-dev.lock
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

clean:
	rm -rf .venv .mypy_cache .ruff_cache
