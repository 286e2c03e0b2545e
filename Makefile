# Bulletins: what one does with the project. `make help` lists it.
.DEFAULT_GOAL := help
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do $$python -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$python && break; done)
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
BIN := .venv/bin
CATALOGS := $(wildcard app/translations/*/LC_MESSAGES/messages.po)

# .env is for an installation: no test and no demonstration touches what it names
export FLASK_SKIP_DOTENV := 1

# The tests are compiled once, and not by each process of each run, even where a container's image asks for that
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup venv-production run test test-all fast coverage mutants check format lint types bench torture year messages lock pictures readme-pictures lighthouse clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

setup: .venv/.ready $(CATALOGS:.po=.mo)  ## make .venv with the pinned packages (does nothing when it is right)

.venv/.ready: requirements.txt requirements-dev.txt requirements-dsfr.txt
	@$(or $(PYTHON),false) -c '$(NEW_ENOUGH)' || { echo "Bulletins needs Python 3.11 or newer; name one with: make setup PYTHON=/path/to/python3"; exit 1; }
	@echo "Making .venv with the pinned packages (a minute or two)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt -r requirements-dsfr.txt
	@touch $@

# A folder for each Python and each content of requirements.txt: what running services have open is never emptied under them.
PRODUCTION = .venvs/$(shell $(PYTHON) -c 'import hashlib, sys; print("%d.%d-%s" % (*sys.version_info[:2], hashlib.sha256(open("requirements.txt", "rb").read() + sys.base_prefix.encode()).hexdigest()[:12]))')

venv-production:  ## make .venv-production with what production needs and nothing else, beside the one in use; then restart the services
	@$(or $(PYTHON),false) -c '$(NEW_ENOUGH)' || { echo "Bulletins needs Python 3.11 or newer; name one with: make venv-production PYTHON=/path/to/python3"; exit 1; }
	@test -e $(PRODUCTION)/.ready || { $(PYTHON) -m venv --clear $(PRODUCTION) && $(PRODUCTION)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt && touch $(PRODUCTION)/.ready; }
	@for po in $(CATALOGS); do $(PRODUCTION)/bin/pybabel -q compile -i $$po -o $${po%.po}.mo -l $$(basename $${po%/LC_MESSAGES/*}); done
	@ln -sfn $(PRODUCTION) .venv-production.new && $(PYTHON) -c 'import os; os.replace(".venv-production.new", ".venv-production")'
	@echo ".venv-production is $(PRODUCTION). Next: .venv-production/bin/flask db upgrade, then restart both services."

%.mo: %.po .venv/.ready
	@$(BIN)/pybabel -q compile -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

run: setup  ## the product with a demonstration promotion, its job process and a mailbox; Ctrl-C ends all of it; ports of your own: PORT=5001 SMTP_PORT=2525
	@$(BIN)/python -m app.development

test: setup  ## the tests to run before a commit: every rule, every page, both databases where they differ
	@$(BIN)/pytest -m "not long"

test-all: setup  ## every test, the long ones and all on both databases as well
	@$(BIN)/pytest

fast: setup  ## the tests that need no database and no browser, in seconds
	@$(BIN)/pytest -m "not long and not slow_parts"

coverage: setup  ## which lines no test runs
	@$(BIN)/pytest -m "not long" --cov=app --cov-report=term-missing:skip-covered

mutants: test  ## break one rule at a time, and see that the tests notice
	@$(BIN)/python -m tests.mutants

check: lint types test  ## lint, types, tests; changes no file

format: setup  ## format the code and sort its imports
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

lint: setup  ## what ruff finds, private names of libraries among it; the import contracts; unused requirements
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/deptry .

types: setup  ## what mypy finds
	$(BIN)/mypy

bench: setup  ## speed and growth against references in the same run, each within its bound; one part: .venv/bin/python -m tests.bench pages
	@$(BIN)/python -m tests.bench

torture: setup  ## 20,000 letters while processes are killed and the relay misbehaves: none lost, none doubled unknowingly
	@$(BIN)/python -m tests.crash

year: setup  ## a year of a promotion in some minutes, two weekends down: its account, and exit status 1 when anything is lost or doubled
	@$(BIN)/python -m tests.year

messages: setup  ## gather the texts to translate into the French catalog
	$(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-output --project Bulletins -k _l -k _t -o /tmp/bulletins.pot .
	$(BIN)/pybabel -q update -i /tmp/bulletins.pot -d app/translations --no-fuzzy-matching --ignore-obsolete --width 1000
	sed -i.before -E '/^"(POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated-By|Report-Msgid)/d' $(CATALOGS) && rm $(CATALOGS:=.before)

pictures: setup  ## every page in both themes and languages, light and dark, at three widths, and the steps of ten months, into pictures/; a few: PAGES=/bulletin
	PICTURES=pictures STEPS=pictures/steps $(BIN)/pytest tests/browser/pictures.py tests/browser/ten_months
	@$(BIN)/python -m tests.look.sheets pictures

readme-pictures: setup  ## the pictures of the README and of docs/, taken by the browser tests
	PICTURES=docs/pictures $(BIN)/pytest tests/browser/test_journeys.py tests/browser/ten_months

lighthouse: setup  ## what Lighthouse says of the form, a digest, the archive: at least 0.95 in each category (needs Node, at development only)
	@$(BIN)/python -m tests.look.lighthouse

lock: setup  ## pin requirements*.in again, with hashes
	$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install --quiet pip-tools
	for name in requirements requirements-channels requirements-dev; do .venv/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o $$name.txt $$name.in; done

clean:  ## forget the virtual environment and the development data
	rm -rf .venv instance
