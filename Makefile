# Two commands are enough: `make demo` to see it, `make test` to check it.
# Only python3 (3.11 or newer) and make are needed; everything else is fetched by scripts/setup.py.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup dev demo serve test test-slow bench lint fix messages migrations lock clean

help:
	@echo "make demo        set up, play the main job on a demonstration province, serve on 127.0.0.1:8000"
	@echo "make serve       serve what is in var/"
	@echo "make setup       environment, locks, front end, fonts, translations (quick when nothing changed)"
	@echo "make test        everything: checks, unit tests on both databases, journeys in Chromium"
	@echo "make test-slow   the tests that take minutes"
	@echo "make bench       speed at the size of a province, into bench/RESULTS.md; bench=\"--size tenth --only pages\" for less"
	@echo "make lint        ruff, mypy, import contracts"
	@echo "make fix         let ruff mend what it can"
	@echo "make messages    bring the English catalogue up to date with the source"
	@echo "make migrations  write migrations for changed models: make migrations app=parties name=posts"
	@echo "make lock        resolve requirements/*.in anew into the hash-pinned *.txt"
	@echo "make clean       remove environments and built files; var/ with the data stays"

setup:
	@$(PYTHON) scripts/setup.py

dev:
	@$(PYTHON) scripts/setup.py --dev

demo: setup
	@$(BIN)/hengjian demo

serve: setup
	@$(BIN)/hengjian serve

test: dev
	@$(BIN)/python -u scripts/run_tests.py

test-slow: dev
	@$(BIN)/python -u scripts/run_tests.py --slow

bench: dev
	@$(BIN)/python -u -m bench.run $(bench)

lint: dev
	@$(BIN)/python -u scripts/run_tests.py --only checks

fix: dev
	@$(BIN)/ruff check --fix .

messages: dev
	@$(BIN)/python scripts/messages.py extract
	@$(BIN)/python scripts/messages.py missing

migrations: dev
	@DJANGO_SETTINGS_MODULE=hengjian.settings $(BIN)/python -m django makemigrations $(app) --name $(name)

lock: setup
	@$(BIN)/python scripts/lock.py

clean:
	@rm -rf .venv .venv-node .venv-debian clients/*/node_modules hengjian/web/static/desk build dist
