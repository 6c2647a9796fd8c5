# slipway: how it is built, tested and checked. `make` alone lists the targets.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN     := $(CURDIR)/bin

# Tools are pinned here and live in ./bin, not in go.mod: a `tool` line would make
# their whole module graph ours. A changed version installs anew.
GOLANGCI_LINT_VERSION := v2.15.0
ACTIONLINT_VERSION    := v1.7.12
GOVULNCHECK_VERSION   := v1.9.0
GREMLINS_VERSION      := v0.6.0

# What GitHub publishes about its API, as npm packages; tests compare with it.
OPENAPI_VERSION           := 23.0.2
WEBHOOKS_EXAMPLES_VERSION := 7.6.1

# What finds barriers on the demo's page; only tests read it.
AXE_VERSION := 4.14.1

# Slack's own libraries, which play the app behind the simulator of Slack, and its types;
# and ajv, which its schema of app manifests is written for.
SLACK_LIBRARIES := @slack/socket-mode@3.1.0 @slack/bolt@5.1.0 @slack/web-api@8.2.0 @slack/types@3.2.0 typescript@5.9.3 ajv@8.20.0

GOLANGCI_LINT := $(BIN)/golangci-lint
ACTIONLINT    := $(BIN)/actionlint
GOVULNCHECK   := $(BIN)/govulncheck
GREMLINS      := $(BIN)/gremlins
GOLANGCI_LINT_STAMP := $(BIN)/.golangci-lint-$(GOLANGCI_LINT_VERSION)
ACTIONLINT_STAMP    := $(BIN)/.actionlint-$(ACTIONLINT_VERSION)
GOVULNCHECK_STAMP   := $(BIN)/.govulncheck-$(GOVULNCHECK_VERSION)
GREMLINS_STAMP      := $(BIN)/.gremlins-$(GREMLINS_VERSION)

# What builds and runs images; buildah builds them too.
CONTAINER ?= $(notdir $(firstword $(foreach engine,docker podman,$(shell command -v $(engine)))))
IMAGE     ?= slipway

# Tests note here what they could not be compared with; `make test` counts it.
export CONTRACT_LEFT_OUT := $(BIN)/left-out.txt

# What the stories sent to Slack, written by `make test` for `make conformance`.
SENT := $(BIN)/sent

TEST_TIMEOUT ?= 45m
# Under the race detector many small heaps are collected all the time; less often, the
# tests of whole processes take a twelfth less work, and some more memory.
TEST_GOGC    ?= 400
FUZZ_RUNS    ?= 20000
FUZZ_TIME    ?= 3s
VERDICT_RELEASES ?= 300
MUTANTS      ?= bot/policy bot/health bot/lifecycle bot/engine bot/planner bot/announcer bot/reconciler bot/people state

# The version comes from VERSION; Go's own stamp would fail in a checkout that
# belongs to another user, as it often does in CI.
export GOFLAGS := $(strip $(shell go env GOFLAGS) -buildvcs=false)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

.PHONY: build
build: ## Build the static binary bin/slipway
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN)/slipway ./cmd/slipway

# podman and buildah keep a health check only in images of Docker's format.
.PHONY: image
image: ## Build the container image IMAGE with docker, podman or what CONTAINER names
	BUILDAH_FORMAT=docker $(or $(CONTAINER),$(error install docker or podman)) build --build-arg VERSION=$(VERSION) -t $(IMAGE) .

.PHONY: try-image
try-image: image ## Build the container image and try it: health, stop, read-only, without root
	@scripts/needs.sh redis-server
	scripts/try-image.sh $(CONTAINER) $(IMAGE)

# The first build takes a minute or two, and names what it compiles meanwhile.
.PHONY: demo
demo: ## Play releases in the browser and on the terminal; needs no account and no Redis
	@scripts/demo-build.sh -trimpath -ldflags '-X main.version=$(VERSION)' -o $(BIN)/ ./cmd/slipway ./cmd/slipway-demo
	@$(BIN)/slipway-demo

# The pictures of README, as the page looks now.
.PHONY: screenshots
screenshots: ## Make the pictures of the demo's page anew, with chromium
	@scripts/needs.sh chromium
	@scripts/screenshots.sh docs/images

# Stories wait more than they work, so several are played at once, and theirs is the
# first package to begin. They start slipway as it is shipped, but for the race detector:
# the tests' own binary would be it too, and holds so much more that a start takes twice
# the work.
.PHONY: test
test: racy ## Run the unit tests and the stories with the race detector; about four minutes on two cores once it is built
	@scripts/needs.sh redis-server gcc prometheus chromium
	@rm -rf $(CONTRACT_LEFT_OUT) $(SENT) && mkdir -p $(SENT)
	SLIPWAY=$(RACY) SENT=$(SENT) CGO_ENABLED=1 GOGC=$(TEST_GOGC) scripts/gotest.sh -race -shuffle=on -p 3 -parallel 10 -timeout $(TEST_TIMEOUT) ./cmd/slipway ./...
	@scripts/left-out.sh $(CONTRACT_LEFT_OUT)

# What takes longer goes without the race detector in the tests' own process, which kills
# and watches and plays Slack and GitHub: that was nearly half of the work, and is under the
# detector in `make test`. Each slipway that they start has it.
RACY := $(BIN)/race/slipway
LONG := SLIPWAY=$(RACY) GOGC=$(TEST_GOGC) scripts/gotest.sh -count 1 -timeout $(TEST_TIMEOUT)

# The tests that are built with the tag faults only.
FAULTS := ^TestPromise1_CrashSweep$$|^TestPromise1_UncertainDispatch$$|^TestPromise1_Redis|^TestPromise2_Redis|^TestPromise7_Slack|^TestRedis|^TestReplica

.PHONY: racy
racy:
	@scripts/needs.sh redis-server gcc
	CGO_ENABLED=1 go build -race -o $(RACY) ./cmd/slipway

# The injected faults go alone: they keep the machine busy for minutes, and many of
# them count what happens within seconds.
.PHONY: test-all
test-all: faults stories-socket ## Run what takes longer: injected faults, the stories over sockets, fuzzing for a while, the container image
	@scripts/fuzz.sh $(FUZZ_TIME)
	@if $(or $(CONTAINER),false) info >/dev/null 2>&1; then $(MAKE) try-image; \
	else echo "the container image was not tried: neither docker nor podman answers here"; fi

.PHONY: faults
faults: racy ## Inject faults: Redis, replicas, lost answers, and a kill at every boundary
	@rm -f $(BIN)/sweep.txt
	SWEEP_REPORT=$(BIN)/sweep.txt $(LONG) -tags faults -parallel 4 -run '$(FAULTS)' ./cmd/slipway
	@cat $(BIN)/sweep.txt

.PHONY: faults-socket
faults-socket: racy ## Inject the same faults with slipway connected to Slack, and everything sent twice
	@rm -f $(BIN)/sweep-socket.txt
	SLACK_MODE=socket SWEEP_REPORT=$(BIN)/sweep-socket.txt $(LONG) -tags faults -parallel 4 -run '$(FAULTS)' ./cmd/slipway
	@cat $(BIN)/sweep-socket.txt

.PHONY: stories-socket
stories-socket: racy ## Play the stories with slipway connected to Slack (Socket Mode)
	SLACK_MODE=socket $(LONG) -parallel 8 -run '^TestStories$$' ./cmd/slipway

.PHONY: conformance
conformance: ## Hold slipway and the simulator of Slack against Slack's own libraries and types; needs npm
	@scripts/needs.sh npm
	@scripts/conformance.sh $(BIN)/conformance $(SLACK_LIBRARIES)
	CONFORMANCE=$(BIN)/conformance SENT=$(SENT) go test -count 1 -run '^TestConformance' ./integrations/slack/...

.PHONY: bench
bench: ## Measure what docs/operations.md promises; benchstat reads the output
	@scripts/needs.sh redis-server
	go test -run '^$$' -bench . -benchtime 1x -timeout 30m ./cmd/slipway
	go test -run '^$$' -bench . -benchtime 2000x -timeout 10m ./state

.PHONY: verdicts
verdicts: ## Judge quiet and worsened series, simulated and real, and print how often it is right
	@VERDICTS=$(VERDICT_RELEASES) go test -count 1 -run '^TestVerdicts$$' -v ./bot/health
	@VERDICTS=$(VERDICT_RELEASES) go test -count 1 -run '^TestPaceOfARollback$$' -v ./bot/engine

# go vet goes first: it fills the build cache, so that the linter stays within its own time limit.
.PHONY: check
check: tools ## Check vet, lint, format, go.mod, the example workflows and what the documents claim
	go vet -tags faults ./...
	$(GOLANGCI_LINT) config verify
	$(GOLANGCI_LINT) fmt --diff
	$(GOLANGCI_LINT) run
	go mod tidy -diff
	$(ACTIONLINT) -shellcheck= -pyflakes= examples/workflows/*.yml
	go test -run '^TestClaims' ./bot/catalog ./bot/doctor ./commands ./cmd/slipway

.PHONY: vulns
vulns: $(GOVULNCHECK_STAMP) ## Look for known vulnerabilities; says so where their database is out of reach
	@scripts/vulns.sh $(GOVULNCHECK)

.PHONY: outdated
outdated: ## List the direct dependencies that have newer versions
	@go list -m -u -f '{{if and .Update (not .Indirect)}}{{.Path}} {{.Version}} -> {{.Update.Version}}{{end}}' all

.PHONY: fuzz
fuzz: ## Run each fuzz target with FUZZ_RUNS inputs
	@scripts/fuzz.sh $(FUZZ_RUNS)x

.PHONY: contract
contract: ## Bring what GitHub publishes about its API into ./bin, for tests to compare with
	@scripts/needs.sh npm
	@scripts/contract.sh $(OPENAPI_VERSION) $(WEBHOOKS_EXAMPLES_VERSION) $(BIN)/contract

.PHONY: axe
axe: ## Bring axe-core into ./bin, so that the page's tests look for what keeps people from using it
	@scripts/needs.sh npm
	@scripts/axe.sh $(AXE_VERSION) $(BIN)/axe

.PHONY: mutants
mutants: $(GREMLINS_STAMP) ## List the planted faults that no test of the packages MUTANTS notices
	@scripts/needs.sh redis-server
	@scripts/mutants.sh $(GREMLINS) $(MUTANTS)

.PHONY: tools
tools: $(GOLANGCI_LINT_STAMP) $(ACTIONLINT_STAMP) ## Install the pinned tools into ./bin

$(GOLANGCI_LINT_STAMP):
	CGO_ENABLED=0 GOBIN=$(BIN) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@rm -f $(BIN)/.golangci-lint-* && touch $@

$(ACTIONLINT_STAMP):
	CGO_ENABLED=0 GOBIN=$(BIN) go install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)
	@rm -f $(BIN)/.actionlint-* && touch $@

$(GOVULNCHECK_STAMP):
	CGO_ENABLED=0 GOBIN=$(BIN) go install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	@rm -f $(BIN)/.govulncheck-* && touch $@

$(GREMLINS_STAMP):
	CGO_ENABLED=0 GOBIN=$(BIN) go install github.com/go-gremlins/gremlins/cmd/gremlins@$(GREMLINS_VERSION)
	@rm -f $(BIN)/.gremlins-* && touch $@
