# make run, make test: each does everything from a bare clone with Python 3.11 or newer.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
WORKERS ?= 2

# The first of these that is new enough makes the environment; `make PYTHON=... run` overrides it.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$python"; break; }; done)

# On a terminal pip shows its own progress; into a log it is quiet and the steps are named.
PIP := $(BIN)/python -m pip install --disable-pip-version-check $(if $(MAKE_TERMOUT),,--quiet)

# Two test workers on two cores: one thread of linear algebra each.
TEST_ENV := OMP_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false

.DEFAULT_GOAL := help
.PHONY: help run test lint format precomputed clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/installed ## Install, then serve the dashboard on 127.0.0.1 (PORT=8501)
	$(BIN)/trusteq serve --port $(PORT)

test: lint ## Install, then check style and types and run every test (WORKERS=2)
	$(TEST_ENV) $(BIN)/pytest -n $(WORKERS) --dist loadfile

lint: $(VENV)/installed-dev ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/installed-dev ## Mend style where that is mechanical
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

precomputed: $(VENV)/installed ## Rebuild models and results from nothing (SMOKE=1: a miniature)
	$(BIN)/trusteq precompute $(if $(SMOKE),--smoke)

clean: ## Remove the environment and every cache
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp file is newer than the requirements it was made from, or the step is done again.
$(BIN)/pip:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed and none was found." \
		"Install one, or name it: make PYTHON=/path/to/python3 run" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments." \
		"On Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making the environment in $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv $(VENV)

# torch goes first and on its own, so that a local CPU build is taken where the index offers one.
$(VENV)/installed: requirements.txt pyproject.toml | $(BIN)/pip
	@echo "1/2 Installing torch, the largest part"
	@$(PIP) "$$(grep '^torch==' requirements.txt)"
	@echo "2/2 Installing everything else"
	@$(PIP) -r requirements.txt -e .
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing what tests and checks need"
	@$(PIP) -r requirements-dev.txt
	@touch $@
