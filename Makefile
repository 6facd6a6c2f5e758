# Cairn on one machine. `make` alone lists what there is.

PYTHON ?= python3
# Tests run side by side: make test WORKERS=1 for one after the other.
WORKERS ?= 2
# Of two builds of one Python version the faster is taken, unless one is named: `make PYTHON=/opt/python/bin/python3 up`.
THIS_PYTHON = $(if $(filter file,$(origin PYTHON)),,this)
IN_VENV = .venv/bin
# `make up BASE_PORT=9600`: the gateway's port, which all others count from; two clones can run side by side.
ifdef BASE_PORT
export CAIRN_BASE_PORT = $(BASE_PORT)
endif

.DEFAULT_GOAL := help
.PHONY: help up demo down status backup restore test check contracts bench pictures chaos proto lock sbom embedded dev clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo 'With BASE_PORT=9600 (make up BASE_PORT=9600) the gateway is at that port, and all others count from it; two clones run side by side.'

up: embedded ## install what is missing, start everything, load the example company, show its tree
	@$(IN_VENV)/python -m stack up

demo: embedded ## a company of 300 through a year, in an installation of its own: .cairn-demo, ports from 8800
	@$(IN_VENV)/python -m demo

down: ## end everything; the data stay in .cairn
	@if [ -x $(IN_VENV)/python ]; then $(IN_VENV)/python -m stack down; else echo "nothing was running"; fi

status: ## a line a process
	@$(IN_VENV)/python -m stack status

backup: embedded ## every database at one moment, and the keys: make backup TO=folder; from then on WAL is kept there too
	@$(IN_VENV)/python -m stack backup --to "$(or $(TO),$(error say where to: make backup TO=folder))"

restore: embedded ## make restore FROM=folder, the newest backup or BACKUP=name; WAL=yes: up to the last commit; what there was is kept
	@$(IN_VENV)/python -m stack restore --from "$(or $(FROM),$(error say where from: make restore FROM=folder))" \
		$(if $(BACKUP),--backup "$(BACKUP)") $(if $(filter-out yes no,$(WAL)),$(error WAL is yes or no)) $(if $(filter yes,$(WAL)),--with-wal)

test: dev ## all tests, with servers of their own: make test TESTS=tests/unit for some, WORKERS=1 one after the other
	@$(IN_VENV)/python -m pytest $(if $(filter-out 1,$(WORKERS)),--numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder) $(TESTS)

check: dev ## style, types, borders between the services, protos, the web app
	$(IN_VENV)/ruff check .
	$(IN_VENV)/ruff format --check .
	$(IN_VENV)/mypy
	$(IN_VENV)/lint-imports
	$(IN_VENV)/python deploy/generate_protos.py --check
	$(IN_VENV)/python deploy/generate_stream_contract.py --check
	$(IN_VENV)/python deploy/lint_protos.py
	$(IN_VENV)/python deploy/images.py
	$(IN_VENV)/python -m embedded.web_app check

contracts: dev ## what outsiders rely on, held to by their own tools: generators of clients, linters, AsyncAPI, a consumer in Go
	@$(IN_VENV)/python deploy/check_contracts.py $(CONTRACTS)

bench: dev ## measure, beside the peers in the same run: make bench BENCH="commands edge"; of the edge one flood alone with FLOOD=catch_ups
	@$(IN_VENV)/python -m tests.bench $(BENCH) $(if $(FLOOD),--flood $(FLOOD))

pictures: dev ## take the pictures of the README anew, of the demo company: docs/pictures
	@$(IN_VENV)/python -m tests.pictures $(PICTURES)

chaos: dev ## kill processes under load and count what is left
	@$(IN_VENV)/python -m tests.chaos $(CHAOS)

proto: dev ## generate protos/generated from protos/, contracts/asyncapi.yaml, contracts/topics with the golden events, the types of the web app
	@$(IN_VENV)/python deploy/generate_protos.py
	@$(IN_VENV)/python deploy/generate_stream_contract.py
	@$(IN_VENV)/python -m embedded.web_app types

sbom: dev ## what all this is made of: sbom.cdx.json (CycloneDX), from the lock files
	@$(IN_VENV)/python deploy/sbom.py

lock: dev ## resolve all versions anew: deploy/requirements/*.txt, deploy/kafka/jars.lock
	@$(IN_VENV)/python deploy/lock.py

clean: down ## end everything and remove what was installed; the data stay
	rm -rf .venv node_modules services/web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

embedded:
	@$(PYTHON) deploy/bootstrap.py embedded $(THIS_PYTHON)

dev: ## install what tests and checks take into .venv; `make test`, `check` and `contracts` do so by themselves
	@$(PYTHON) deploy/bootstrap.py dev $(THIS_PYTHON)
	@$(IN_VENV)/python -m embedded.web_app install
