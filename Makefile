# `make demo` and `make test` need Python 3.11+ and make; every package comes as a wheel or as Python.
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
export DO_NOT_TRACK := 1
export UV_NO_PROGRESS := 1
# `.venv` is the project's own: without its bytecode every process compiles every library anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check lint lint-js types prefect-test browser-test long-test golden bench validate docs clean

demo: .venv/.ready
	$(BIN)/understory demo --out outputs/demo

test: .venv/.ready
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

# Months of one list, whole worlds of publishers, a checkout changed by the tutorial, planted faults.
long-test: .venv/.ready
	$(BIN)/pytest -m long -n auto --dist loadfile --no-loadscope-reorder

check: lint types test long-test

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

# The report's scripts: lint, types, unit tests. This one needs Node.js.
lint-js:
	cd tests/reports/front_end && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent lint && npm run --silent types && npm test --silent

types: .venv/.ready
	$(BIN)/mypy

# The report in Chromium and Firefox, where they are installed.
browser-test: .venv/.ready
	$(BIN)/pytest -m browser -n auto --dist loadfile

# Each file starts one server, and mostly waits for it: both at once, and no other file is read.
prefect-test: .venv/.ready
	$(BIN)/pytest -m prefect -n 2 --dist loadfile $$(grep -rl --include='test_*.py' mark.prefect tests)

# Rewrites the golden run; read the difference before you commit it.
golden: .venv/.ready
	$(BIN)/pytest tests/flows/test_demo_ranking.py --write-golden

# `make bench` and `make validate` list the ids with their goals; NAME=<id> runs one.
bench: .venv/.ready
	@$(BIN)/python -m benchmarks $(NAME)

validate: .venv/.ready
	@$(BIN)/python -m benchmarks --validate $(NAME)

# The documentation site in site/, warnings are errors, and the tutorial's commands. Open
# site/index.html.
docs: .venv/.ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	$(BIN)/pytest -m docs

clean:
	rm -rf site .venv .mypy_cache .ruff_cache .pytest_cache

# The environment comes from the lock, with a uv that is installed beside it.
.venv/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this one is %d.%d. Try make PYTHON=python3.11" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --locked --inexact --quiet --python $(BIN)/python
	@touch $@
