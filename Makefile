# Everything that a developer runs. `make` or `make help` lists it; variables are given as `make run GATEWAY_PORT=9000`.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run test fuzz audit test-browser test-compose screenshots release-widgets lint format bench chaos overload soak secrets deploy backup restore lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(READY) ## start everything here, with a demo; Ctrl-C stops it (GATEWAY_PORT COMMENTS_PORT RANKING_PORT DATA_DIR API_KEY RATE_LIMITS DEMO)
	@$(BIN)/python -m services.embedded

test: lint ## lint, then every test, two or more at a time (ARGS="-k boards" for some)
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

test-browser: $(READY) ## the tests in a real Chromium (apt-get install chromium fonts-noto-cjk)
	@$(BIN)/pytest tests/browser $(ARGS)

screenshots: $(READY) ## the pictures of the READMEs, of a demo that is started for them (needs chromium and Chinese fonts)
	@$(BIN)/python -m tests.browser.screenshots

release-widgets: $(READY) ## keep the widgets of this version for the pages that name it, and pin it in docs/embed.md
	@$(BIN)/python -m services.embed.release
	@$(BIN)/python -m services.embed.pins

fuzz: $(READY) ## give every fuzzer a million inputs, or FUZZ_INPUTS
	@FUZZ_INPUTS=$${FUZZ_INPUTS:-1000000} $(BIN)/pytest tests/fuzz -n auto $(ARGS)

test-compose: $(READY) ## docker-compose.yml on a real engine: up, scaled, killed, deployed, saved and restored, and a swarm (a quarter of an hour)
	@$(BIN)/pytest tests/compose $(ARGS)

lint: $(READY) ## ruff and mypy, changing nothing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(READY) ## let ruff write the code as it wants it
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

audit: $(READY) ## look the locked packages up among the known vulnerabilities (asks the advisory service of PyPI)
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.lock
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.lock

bench: $(READY) ## measure what it is built for, each beside its reference (ARGS="--groups clicks rankings" for some)
	@$(BIN)/python -m bench $(ARGS)

bench-check: $(READY) ## the same, and fail when a ratio has lost a quarter against bench/baseline.json
	@$(BIN)/python -m bench check $(ARGS)

bench-baseline: $(READY) ## the same on a quiet machine, and make its ratios the baseline
	@$(BIN)/python -m bench baseline $(ARGS)

chaos: $(READY) ## kill and break everything under load, and write what was seen into docs/reliability.md (13 minutes; ARGS=kills for some)
	@$(BIN)/python -m tests.chaos $(ARGS)

overload: $(READY) ## three times the sustainable rate, and how it is answered (ARGS="--seconds 20"); needs wrk
	@$(BIN)/python -m tests.load.overload $(ARGS)

soak: $(READY) ## MINUTES (30) at seven tenths of the sustainable rate while hours pass
	@$(BIN)/python -m tests.load.soak --minutes $(or $(MINUTES),30) $(ARGS)

secrets: ## random secrets for docker-compose.yml, in secrets/; what is there stays
	@services/compose/make-secrets

deploy: ## bring this version into the running containers without an error for anybody
	@services/compose/deploy

backup: ## save both stores of the running containers (TO=folder)
	@services/compose/backup $(TO)

restore: ## put a backup in the place of what the stores hold (FROM=folder)
	@services/compose/restore $(FROM)

lock: $(READY) ## resolve both lock files anew from pyproject.toml
	@$(UV_COMPILE) --extra tracing --output-file requirements.lock
	@$(UV_COMPILE) --all-extras --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove the environment and the caches; var/ and its data stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Remade only when the lock file changes. The mark is written last, so an interrupted install is done again.
$(READY): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Redian needs Python 3.11 or newer, and $(PYTHON) is not; name one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) lacks its venv module; install it, for example: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making the environment in .venv from requirements-dev.lock; this takes a minute, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.lock
	@touch $@
