# Two commands on a fresh machine: `make demo` and `make test`. Each makes its own .venv and goes.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: help demo test lint bench soak train pictures clean

help:  ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable .
	touch $@

.venv/tested: .venv/installed pyproject.toml
	$(BIN)/pip install --quiet --group test
	touch $@

demo: .venv/installed  ## a community talks, you decide in the browser; ARGS="--until-done --json" plays it at once
	@$(BIN)/answerable demo $(ARGS)

test: .venv/tested  ## everything that CI checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses auto --dist worksteal $(ARGS)

bench: .venv/tested  ## speed, as ratios to the raw disk in the same run; ARGS="--quick" for a short one
	$(BIN)/python -m benchmarks $(ARGS)

train: .venv/tested  ## make the classifier's weights again; DATA names a folder of further labelled comments
	$(BIN)/pip install --quiet --group train
	$(BIN)/python -m training.train $(if $(DATA),--data $(DATA)) $(ARGS)

pictures: .venv/tested  ## take the pictures of the inbox that the README shows
	$(BIN)/python docs/pictures/take.py

clean:  ## forget what was installed and built
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis test-artifacts
