# Needs make and Python >= 3.11, nothing else: everything is installed into .venv and kept in .local.

PY := .venv/bin/python
ARGS ?=
STATE ?= .local
TEST_PROCESSES ?= 2

# Whatever the caller's shell has set up for another Python must not leak into ours.
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The stamps carry a checksum of the pins: changed pins install again, a changed date alone does not.
LOCAL := .venv/installed-local-$(shell cat requirements/local.txt | cksum | tr ' ' '-')
DEV := .venv/installed-dev-$(shell cat requirements/dev.txt | cksum | tr ' ' '-')

# Tools that only load the settings need no server: these values are never used to connect.
OFFLINE := env SECRET_KEY=$(shell printf '%064d' 0)-offline FIELD_ENCRYPTION_SALT=offline-offline-offline \
	DATABASE_URL=postgresql://offline@127.0.0.1:1/offline REDIS_URL=redis://127.0.0.1:1/0 HTTPS_ONLY=false

.DEFAULT_GOAL := help
.PHONY: help venv run seed manage test lint format messages messages-check openapi bench screenshots requirements

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: $(LOCAL) ## Run everything on this machine; PORT=8001 chooses the port, Ctrl-C stops
	@exec $(PY) -m supplybrain.local.run --state-folder "$(STATE)"

seed: $(LOCAL) ## Make up the demo company in the local installation; ARGS="--help" shows the options
	@exec $(PY) -m supplybrain.local.manage --state-folder "$(STATE)" seed_demo $(ARGS)

manage: $(LOCAL) ## Run a management command locally: make manage ARGS="import_csv FOLDER"
	@exec $(PY) -m supplybrain.local.manage --state-folder "$(STATE)" $(ARGS)

test: $(DEV) ## Run the whole test suite; ARGS="-k name" narrows it down
	@exec $(PY) -m pytest -n $(TEST_PROCESSES) --dist loadgroup $(ARGS)

lint: $(DEV) ## Check style, types and import contracts
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(OFFLINE) $(PY) -m mypy .
	@$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

format: $(DEV) ## Format the code
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

messages: $(DEV) ## Collect the texts of the code into locale/ and compile the catalogues
	@$(PY) -m translations update

messages-check: $(DEV) ## Check that the catalogues are complete and up to date
	@$(PY) -m translations check

openapi: $(DEV) ## Validate the OpenAPI description
	@$(OFFLINE) $(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null

bench: $(DEV) ## Measure snapshots and reads on generated catalogues
	@$(PY) -m bench $(ARGS)

screenshots: $(DEV) ## Take the pictures of docs/ADMIN.md anew, with the Chromium of this machine
	@$(PY) -m supplybrain.tests.browser.screenshots docs/screenshots

venv: $(DEV) ## Install what development needs into .venv

requirements: $(DEV) ## Compile requirements/*.in into exact pins
	@for name in base local dev; do $(PY) -m uv pip compile --quiet --python-version 3.11 --universal --no-annotate \
		--custom-compile-command "make requirements" requirements/$$name.in -o requirements/$$name.txt || exit 1; done

$(LOCAL):
	@sh requirements/install.sh local $@

$(DEV):
	@sh requirements/install.sh dev $@
	@touch $(LOCAL)
