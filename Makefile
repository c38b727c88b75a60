# What a developer does with this repository; `make help` lists it.
VENV := .venv
PYTHON ?= python3
UV_VERSION := 0.13.9
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup run test lint simulate bench scalability lock contracts clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(VENV)/ready ## virtual environment with the locked dependencies and the referral command

$(VENV)/ready: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name it with PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.txt
	VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install --quiet --no-deps -e .
	touch $@

run: setup ## the whole system on this laptop with an example history, until Ctrl-C
	referral run

test: setup ## every test: decisions, contracts, services, deployed templates on the laptop's AWS
	pytest --numprocesses auto --dist loadgroup

lint: setup ## Python: ruff; templates: cfn-lint, sam validate --lint and checkov (infra/checkov.yaml), which has an environment of its own
	ruff check .
	cfn-lint services/*/template.yaml infra/*/template.yaml infra/service/*.yaml
	for one in services/*/template.yaml infra/*/template.yaml; do sam validate --lint --region eu-west-1 --template $$one || exit 1; done
	test -x .build/checkov/bin/checkov || ($(PYTHON) -m venv .build/checkov && VIRTUAL_ENV=.build/checkov uv pip install --quiet --require-hashes -r requirements-lint.txt)
	.build/checkov/bin/checkov --config-file infra/checkov.yaml

contracts: setup ## docs/api, docs/contracts and docs/events.md anew, and who would break; RELEASE=yes once it is deployed
	python -m infra.openapi
	python -m infra.contracts $(if $(RELEASE),--release)

simulate: setup ## all services in one thread with faults from a seed; SEED is the first, SEEDS how many
	SEED=$(or $(SEED),0) SEEDS=$(or $(SEEDS),10000) python -m tests.simulation

bench: setup ## all measured speeds into docs/benchmarks.md, and what became worse; PARTS="cold warm" measures only these
	python -m benchmarks $(PARTS) --write

scalability: setup ## tables, plots and diagrams of docs/scalability.md from measured figures, quotas and prices
	python -m docs.scalability

lock: setup ## resolve the dependencies anew into requirements.txt
	for one in requirements requirements-lint; do uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --python-version 3.11 $$one.in -o $$one.txt; done

clean: ## take away what was built and the laptop's AWS with its state
	-referral down --erase
	rm -rf $(VENV) .build .local *.egg-info
