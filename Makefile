# Pheu. `make run` and `make test` are all a newcomer needs; `make help` lists the rest.

HOST ?= localhost
PORT ?= 8501
# How many processes serve; more than one needs Caddy in front of them (workers.py).
WORKERS ?= 1
PHEU_STORE ?= store
export PHEU_STORE
# What was compiled is kept, whatever the shell is set to: each worker of a test run would otherwise
# compile every test anew, which takes longer than to collect them.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PYTHON := $(VENV)/bin/python
# Where Pheu is, for the environment, so that `.venv/bin/python -m data` runs in any folder.
HERE := import os, sysconfig as s; open(s.get_path("purelib") + "/pheu.pth", "wb").write(os.getcwdb())
# A stamp is named after the lock file it stands for, so a changed lock is installed, and nothing
# else ever is: the second run asks no index.
hash = $(firstword $(shell cat $(1) 2>/dev/null | cksum))
RUN := $(VENV)/.run-$(call hash,requirements.lock)
DEV := $(VENV)/.dev-$(call hash,requirements-dev.lock)
BENCH := $(VENV)/.bench-$(call hash,requirements.lock benchmarks/requirements.txt)
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check
# --universal: one lock for every system and every Python from 3.11 on. --no-config: the same lock
# whatever index a machine is set up for.
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/uv pip compile --quiet --no-config \
    --universal --python-version 3.11 --generate-hashes

.DEFAULT_GOAL := help
.PHONY: help run test fuzz golden check format words lock bench screenshots clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  HOST=$(HOST) PORT=$(PORT) WORKERS=$(WORKERS) PHEU_STORE=$(PHEU_STORE) can be set, as in:"
	@echo "  make run PORT=8600"

run: $(RUN) ## serve the dashboard; with no data yet, on sample data
	@$(PYTHON) -m data sample --if-empty --store "$(PHEU_STORE)"
	@echo "Pheu is at http://$(HOST):$(PORT)"
ifeq ($(WORKERS),1)
	@$(PYTHON) -m streamlit run app.py --server.address "$(HOST)" --server.port "$(PORT)"
else
	@$(PYTHON) -m workers "$(WORKERS)" --address "$(HOST)" --port "$(PORT)"
endif

test: $(DEV) ## run all tests; installs a browser if none is found
	@$(PYTHON) tests/support/browser.py
ifdef ARGS
	@$(PYTHON) -m pytest $(ARGS)
else
	@$(PYTHON) -m pytest -m "not browser and not slow"
	@$(PYTHON) -m pytest -m browser --numprocesses=0  # the machine is the browser's
endif

fuzz: $(DEV) ## load 10,000 made-up files; ARGS=--files=50000 for more
	@$(PYTHON) -m pytest -m slow --dist=load -rP $(ARGS) tests/data/test_fuzz.py

golden: $(DEV) ## write the SQL of every question to tests/golden; read what changed as a diff
	@$(PYTHON) -m pytest tests/test_golden_sql.py --golden --numprocesses=0

check: $(DEV) ## format, lint, types, import contracts
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@$(VENV)/bin/lint-imports --no-logo

format: $(DEV) ## put the source in order
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

words: $(DEV) ## bring the translations up to date with the source; ARGS=--tidy drops dead ones
	@$(PYTHON) -m ui.language.catalogue $(ARGS)

lock: $(DEV) ## pin what the requirements bring along, with hashes; ARGS=--upgrade takes the newest
	@$(COMPILE) $(ARGS) requirements.txt --output-file requirements.lock
	@$(COMPILE) $(ARGS) --constraint requirements.lock requirements-dev.txt \
	    --output-file requirements-dev.lock

bench: $(BENCH) ## measure answers, pages, viewers, loading, beside other engines; ARGS=--help
	@$(PYTHON) -m benchmarks $(ARGS)

screenshots: $(DEV) ## the pictures of the README, made anew from the sample
	@$(PYTHON) -m tests.support.screenshots

clean: ## remove the environment and what tools left behind; never the store
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PYTHON):
	@for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "Making $(VENV) with $$($$python --version)"; \
	        $$python -m venv $(VENV) && $(PYTHON) -c '$(HERE)' && exit 0; \
	        rm -rf $(VENV); echo "It needs its venv module (Debian: apt-get install python3-venv)."; exit 1; \
	    fi; \
	done; echo "Pheu needs Python 3.11 or later; none was found."; exit 1

$(RUN): | $(PYTHON)
	@echo "Installing what Pheu runs on (once)"
	@$(PIP) --require-hashes -r requirements.lock
	@rm -f $(VENV)/.run-*; touch $@

$(DEV): | $(PYTHON)
	@echo "Installing what checks Pheu (once)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@rm -f $(VENV)/.dev-*; touch $@

$(BENCH): | $(RUN)
	@echo "Installing the engines to compare with (once)"
	@$(PIP) -r benchmarks/requirements.txt
	@rm -f $(VENV)/.bench-*; touch $@
