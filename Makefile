# One command for each thing that people do here. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help up down status logs restart clean distclean dead-letters republish rebuild reconcile texts \
	seed reference e2e walk bench chaos machine faults chaos-selftest faults-selftest contracts upgrade-fixture \
	test audit check format unit bootstrap bootstrap-test lock

BIN := .venv/bin
PYTHON := $(BIN)/python
DEVSTACK := $(PYTHON) -m devstack
SERVICES := $(wildcard services/*)
OPERATE = $(PYTHON) -m $(or $(S),$(error Say which service with S=, for instance S=approval)).operate
OWNERS := reporting jurisdiction approval publication notification
TESTS := contracts/tests chassis/tests web/tests operations/tests reports/tests deploy/dev/tests deploy/tests $(addsuffix /tests,$(SERVICES))

help: ## List the commands
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 17

## The running system

up: bootstrap ## Install what is missing, start what does not run, print the addresses (PORT_BASE=18000)
	@$(DEVSTACK) up $(if $(ONLY),--only $(ONLY))

down: ## Stop everything
	@test ! -x $(PYTHON) || $(DEVSTACK) down

status: ## Show every process, its memory, whether it is ready, and its queues
	@$(DEVSTACK) status

logs: ## Follow the logs (S=approval for one service)
	@$(DEVSTACK) logs $(S)

restart: ## Start the processes of one service anew, with the code as it is now (S=approval)
	@$(DEVSTACK) restart $(S)

clean: ## Stop everything and remove data, passwords and logs
	@test ! -x $(PYTHON) || $(DEVSTACK) clean

distclean: clean ## Remove what was installed too
	rm -rf .venv .local node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

seed: ## Load demonstration data (SIZE=200 tilbud)
	@$(PYTHON) -m devstack.seed $(if $(SIZE),--size $(SIZE))

dead-letters: ## Messages that could not be handled (S=approval; ACTION=show|replay|discard ID=17)
	@$(OPERATE) dead-letters $(or $(ACTION),list) $(ID)

republish: ## Tell the state of a service again, marked as republished (S=approval, all owners without; DRY=1)
	@set -e; for service in $(or $(S),$(OWNERS)); do $(PYTHON) -m $$service.operate republish $(if $(DRY),--dry-run); done

rebuild: ## Make a projection once more beside the live one and let it take over (S=portal or publication; DRY=1)
	@$(OPERATE) rebuild $(if $(DRY),--dry-run) $(OPTIONS)

reconcile: ## Compare what services keep of others' facts with what the topics tell (S=portal, all without)
	@failed=; for service in $(or $(S),$(OWNERS) portal); do \
		echo "== $$service"; $(PYTHON) -m $$service.operate reconcile || failed=1; done; test -z "$$failed"

texts: ## Look at the words of the public pages before they are used (DIR=folder): what is wrong, and how they read
	@$(PYTHON) -m portal.public.texts.check $(or $(DIR),$(error Say in which folder they are with DIR=))

reference: ## Who supervises where: load a set (DIR=folder; DRY=1, AT=2027-01-01 to rehearse it), list them without
	@$(PYTHON) -m jurisdiction.operate reference $(if $(DIR),$(if $(AT),rehearse $(DIR) --at $(AT),load $(DIR) $(if $(DRY),--dry-run) $(if $(BY),--by "$(BY)")),list)

e2e: ## Take one report through the running system, from reporter to public search (also called walk)
	@$(PYTHON) -m tests.e2e

walk: e2e

bench: bootstrap-test ## Measure speed, start and memory against bare ones (B=relay, consume, search, scale, relevance, visible, start, memory, fairness, inbound, burst, work_list, bulk, saving, large_case, pages or routing for one)
	@$(PYTHON) -m tests.bench $(B)

chaos: bootstrap-test ## Break everything for long and see whether it heals (ROUNDS=5 SIZE=2000 REPORTS=200 SEED=1 T=... for some)
	@CHAOS_LONG=1 CHAOS_ROUNDS=$(or $(ROUNDS),5) CHAOS_SIZE=$(or $(SIZE),2000) CHAOS_SEED=$(or $(SEED),1) \
		CHAOS_REPORTS=$(REPORTS) $(BIN)/pytest -v --timeout=1200 --durations=0 $(or $(T),tests/chaos)

faults: chaos

machine: bootstrap-test ## Let random people and deliveries meet the services, against a plain model (RUNS=200)
	@MACHINE_RUNS=$(or $(RUNS),200) $(BIN)/pytest -v -s tests/state_machine

chaos-selftest: bootstrap-test ## Break each mechanism on purpose and see that the tests turn red (B=no-inbox for one)
	@$(PYTHON) -m tests.chaos.selftest $(B)

faults-selftest: chaos-selftest

## Working on it

test: bootstrap-test check unit ## Run every check and every test; starts and stops its own servers
	@deploy/dev/audit.sh report

audit: bootstrap ## Ask whether anything that is locked has a known fault
	@deploy/dev/audit.sh

check: bootstrap ## Format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: bootstrap-test ## Run the tests (T=services/approval/tests for some: those that are quick, with ALL=1 the slow ones too)
	$(if $(T),$(BIN)/pytest -q $(if $(ALL),,-m "not slow and not fuzz") $(T),@deploy/dev/unit.sh $(wildcard $(TESTS)))

format: ## Put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

contracts: ## Write JSON Schemas, AsyncAPI, OpenAPI and the Keycloak realm from the code
	@$(PYTHON) -m devstack.documents
	@$(PYTHON) -m devstack.keycloak > deploy/keycloak/realm.json

upgrade-fixture: bootstrap ## Keep the databases of a running older checkout as a fixture (FROM=../before, its folder)
	@$(PYTHON) -m tests.upgrade $(or $(FROM),$(error Say where the older system runs with FROM=))

lock: bootstrap ## Write the lock files anew (UPGRADE=1 for the newest versions)
	@deploy/dev/lock.sh $(if $(UPGRADE),--upgrade)

bootstrap:
	@deploy/dev/bootstrap.sh

bootstrap-test:
	@deploy/dev/bootstrap.sh test
