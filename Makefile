# Everything one does with the project; each target sets up what it needs and can be repeated.
#   make demo                 sample company → index → where to look
#   make test / make test-all the tests / the slow campaigns too
#   make run EXTRACTS=folder  your own extracts
#   make app / make dagster   the dashboard / the Dagster UI
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo run app dagster test test-all lint lock clean-data benchmarks peers benchmarks-nlp

PYTHON ?= python3
BIN := .venv/bin
# One test process a core; what shares a costly fixture stays in one (tests/conftest.py).
PYTEST = $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder
UV_VERSION := 0.13.9
# make splits at spaces, so they are hidden from it; ~ is the shell's. A name given on the command line is mended too.
EMPTY :=
HIDDEN = $(subst $(EMPTY) $(EMPTY),<space>,$(1))
override JSI_DATA_DIR := $(subst <space>, ,$(abspath $(patsubst ~/%,$(call HIDDEN,$(HOME))/%,$(call HIDDEN,$(or $(JSI_DATA_DIR),data)))))
export JSI_DATA_DIR
export DAGSTER_HOME := $(JSI_DATA_DIR)/dagster
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
# Without compiled modules every start pays twenty seconds again; several processes would compile them side by side.
unexport PYTHONDONTWRITEBYTECODE
# An environment of the caller must not reach into ours.
unexport PYTHONPATH
unexport VIRTUAL_ENV

STAMP := .venv/.ready

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 22

setup: $(STAMP)  ## make the environment in .venv

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "setup: there is no '$(PYTHON)'; install Python 3.11, 3.12 or 3.13, or call: make PYTHON=/path/to/python $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else f"setup: this is Python {v[0]}.{v[1]}; Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "setup: this Python has no venv module; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -c 'import shutil, sys; free = shutil.disk_usage(".").free / 1e9; sys.exit(0 if free >= 4 else f"setup: {free:.1f} GB free here, the environment and the sample company need 4; make room and start again")'
	@echo "· Setting up the environment (.venv; once, up to two minutes)"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP)  ## write the sample company, refresh, print its index
	@$(BIN)/jsi prepare >/dev/null 2>&1 & \
	$(BIN)/jsi simulate --out "$$JSI_DATA_DIR/sample_company"; status=$$?; wait; exit $$status
	@$(BIN)/jsi refresh --extracts "$$JSI_DATA_DIR/sample_company"

run: $(STAMP)  ## refresh on your own extracts: make run EXTRACTS=folder
	@[ -n "$(EXTRACTS)" ] || { echo "run: say which folder holds the extracts: make run EXTRACTS=folder"; exit 2; }
	@[ -d "$(EXTRACTS)" ] || { echo "run: there is no folder '$(EXTRACTS)'"; exit 2; }
	@$(BIN)/jsi refresh --extracts "$(EXTRACTS)" $(if $(AS_OF),--as-of $(AS_OF))

app: $(STAMP)  ## open the dashboard on http://127.0.0.1:8501
	@cd dashboards && ../$(BIN)/streamlit run app.py

dagster: $(STAMP)  ## open the Dagster UI on http://127.0.0.1:3000
	@$(BIN)/jsi prepare
	@$(BIN)/dagster dev --module-name orchestration.definitions --host 127.0.0.1 --port 3000

test: $(STAMP)  ## the tests (five minutes at the most)
	@$(PYTEST)

test-all: $(STAMP)  ## the tests and the slow campaigns: browser, faults, truth
	@$(PYTEST) -m ""

lint: $(STAMP)  ## ruff, sqlfluff, the definitions
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && echo "ruff: clean"
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/macros

lock: $(STAMP)  ## solve the dependencies anew and write the lock files
	@$(BIN)/uv lock --quiet --upgrade
	@$(BIN)/uv export --quiet --no-header --no-annotate --no-emit-project --all-groups --no-group benchmarks --all-extras -o requirements.lock
	@$(BIN)/uv export --quiet --no-header --no-annotate --no-emit-project --only-group benchmarks -o benchmarks/peers.lock
	@rm -f uv.lock

benchmarks: $(STAMP)  ## time the product beside its peers
	@$(BIN)/python -m benchmarks.run

peers: $(STAMP)  ## add what benchmarks.nlp measures our scorer beside (100 MB, no torch)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r benchmarks/peers.lock

benchmarks-nlp: peers  ## measure the reader of feeling beside its peers on the labelled data sets (two hours)
	@$(BIN)/python -m benchmarks.nlp

clean-data:  ## remove the data folder
	@echo "removing $$JSI_DATA_DIR"
	@rm -rf -- "$$JSI_DATA_DIR"
