# The two commands a newcomer needs: make demo, make test. `make` alone lists all.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test chaos build release lint format reference clean setup

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Debug, the configuration of the tests: one build serves both, and the first one is a third shorter than a release build.
demo: setup ## Run everything on this machine, end to end: broker, gateway, 1,000 requests, a table of what came of them
	@ops/build --product checkout-worker
	@.build/debug/checkout-worker demo

test: ## Lint, build, all tests, checks, a short end-to-end run; the same as .ci/run
	@.ci/run

SECONDS ?= 60
chaos: ## Kill, stop, restart and starve a whole fleet, then prove that nothing was lost: SECONDS=600 SEED=7 LEDGER=postgres
	@ops/setup --tests
	@ops/build --build-tests
	@CHAOS_SECONDS=$(SECONDS) CHAOS_SEED=$(SEED) CHAOS_LEDGER=$(LEDGER) ops/chaos

build: setup ## Build all products (debug)
	@ops/build

release: setup ## Build all products, optimised
	@ops/build --configuration release

lint: ## Check format, scripts, YAML, units, rules and documents
	@ops/setup --tests
	@for check in format shell yaml units prometheus documents; do printf '%-14s' $$check && ops/checks/$$check || exit 1; done

format: ## Format all Swift files
	@swift format format --in-place --parallel --configuration .swift-format --recursive Package.swift Sources Tests

reference: setup ## Write the generated files in config/ anew
	@UPDATE_GENERATED=1 swift test --quiet --filter ConfigurationFilesTests
	@.build/debug/checkout-worker documentation metrics > config/metrics.md
	@.build/debug/checkout-worker documentation rules > config/request-rules.md
	@.build/debug/checkout-worker documentation schedule > config/poll-schedule.md
	@git status --short config

setup:
	@ops/setup

clean: ## Remove what was built
	@rm -rf .build
