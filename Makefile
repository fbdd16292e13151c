# Luodi 落地. `make` alone lists what there is to make; every target sets up `.venv` first if it has to.
#   ARGS="..."     more arguments for the command a target runs:   make test ARGS="luodi/rules -k kleene"
#   PYTHON=...     the interpreter that builds .venv:              make test PYTHON=python3.13

PYTHON ?= python3
ARGS   ?=
VENV   := .venv
READY  := $(VENV)/.ready
BIN    := $(VENV)/bin
PIP    := -m pip --disable-pip-version-check --quiet
BOOKS   = $(patsubst %/book.yaml,%,$(sort $(wildcard luodi/books/*/book.yaml)))
BENCHES = $(filter-out benches/_%,$(sort $(wildcard benches/*.py)))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help .venv more demo serve test check format-check lint types books format bench docs mutate constraints clean

help: ## List the targets
	@echo "Luodi 落地: make TARGET [ARGS=...] [PYTHON=python3]"
	@awk -F ':.*## ' '/^[.a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---- to set up

.venv: $(READY) ## Set up .venv with the pinned set (the other targets do so themselves)

$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null 2>&1 || \
	  { echo "Luodi needs Python 3.11 or newer, and there is no '$(PYTHON)' here. Choose another: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Luodi needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Choose another: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python comes without venv or ensurepip; Debian and Ubuntu keep them in the package python3-venv. Or choose another: make PYTHON=..." >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) (once; about half a minute) ..." >&2
	@test "$$($(BIN)/python --version 2>/dev/null)" = "$$($(PYTHON) --version)" || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python $(PIP) install -c constraints.txt -e '.[web,dev]'
	@touch $@

more: $(READY) ## Add what Spark, the databases and a browser need, a large download, so that their tests run too
	@$(BIN)/python $(PIP) install -c constraints.txt -e '.[web,dev,browser,duckdb,postgresql,spark]'

constraints: ## Pin the newest set that pyproject.toml allows into constraints.txt
	@rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	@build/constraints/bin/python $(PIP) install -e '.[web,dev,browser,duckdb,postgresql,spark,mutation]'
	@sed -n '/^#/p' constraints.txt > build/constraints.txt
	@build/constraints/bin/python $(PIP) freeze --exclude luodi >> build/constraints.txt
	@mv build/constraints.txt constraints.txt && rm -rf build/constraints
	@echo "constraints.txt is new; try it on 3.11 and on 3.13 before you commit it (.ci/run does both)." >&2

# ---- to try

demo: $(READY) ## A landing plan for a fictional cloud company: here, and as HTML and PDF in demo/
	@mkdir -p demo
	@$(BIN)/luodi advise examples/lantern-isle-cloud.yaml --on 2024-12-02 $(ARGS)
	@$(BIN)/luodi advise examples/lantern-isle-cloud.yaml --on 2024-12-02 --html demo/lantern-isle-cloud.html $(ARGS) >/dev/null
	@$(BIN)/luodi advise examples/lantern-isle-cloud.yaml --on 2024-12-02 --pdf demo/lantern-isle-cloud.pdf $(ARGS) >/dev/null
	@echo
	@echo "The same plan to keep and to print:"
	@echo "  demo/lantern-isle-cloud.html"
	@echo "  demo/lantern-isle-cloud.pdf"

serve: $(READY) ## Open the site at http://127.0.0.1:8000/
	@$(BIN)/luodi serve $(ARGS)

# ---- to check

# Without the bytecode of the run before, each process of the suite compiles the project and its tests again.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(READY) ## Every test (some: ARGS="luodi/access -k pilot"; another day: ON=2028-02-29; another order: ORDER=7)
	@$(if $(ON),TEST_CLOCK=$(ON) PYTHONPATH=$(CURDIR)/tests/clock )$(if $(ORDER),TEST_ORDER=$(ORDER) )$(BIN)/python -m pytest $(ARGS)

check: format-check lint types books test ## Format, lint, types, books and every test

format-check: $(READY) ## Would `make format` change anything?
	@$(BIN)/ruff format --check .

lint: $(READY) ## Lint
	@$(BIN)/ruff check .

types: $(READY) ## Strict types of the library
	@$(BIN)/mypy

books: $(READY) ## Check and test every rule book
	@test -n "$(BOOKS)" || { echo "no book found under luodi/books" >&2; exit 1; }
	@set -e; for book in $(BOOKS); do \
	  echo "== $$book"; $(BIN)/luodi book check $$book; $(BIN)/luodi book test $$book; done

docs: $(READY) ## Check the documents: links, commands and whatever else a page promises
	@$(BIN)/python -m pytest tests/test_repository.py tests/test_docs.py $(ARGS)

bench: $(READY) ## Every bench, one after the other (or one: python benches/NAME.py)
	@test -n "$(BENCHES)" || { echo "no bench found under benches" >&2; exit 1; }
	@set -e; for bench in $(BENCHES); do echo "== $$bench"; $(BIN)/python $$bench $(ARGS); done

mutate: $(READY) ## What the tests of a folder would not notice (FOLDER=luodi/access, or a file; takes long)
	@test -n "$(FOLDER)" || { echo "choose a folder or a file: make mutate FOLDER=luodi/access" >&2; exit 2; }
	@$(BIN)/python -c 'import mutmut.configuration' 2>/dev/null || $(BIN)/python $(PIP) install -c constraints.txt -e '.[mutation]'
	@$(BIN)/python tools/mutate.py $(FOLDER) $(ARGS)

# ---- to tidy

format: $(READY) ## Format the code and mend what the linter can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

clean: ## Remove what can be made again (.venv stays: it is the slow part)
	@rm -rf demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .venv-313
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
