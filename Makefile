# Each target installs what it needs and says so (deploy/scripts/need.sh).
.DEFAULT_GOAL := help
.PHONY: help run federation test up bench lint fmt gen

NEED := deploy/scripts/need.sh
BUF := npx --yes @bufbuild/buf@1.75.0

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## replay three years of the programme and print the published table
	@$(NEED) cargo cc
	cargo build --release -p yishi-node -p yishi-cli
	target/release/yishi replay

federation: ## the same on 28 nodes, some of which are killed and cut off meanwhile
	@$(NEED) cargo cc
	cargo build --release -p yishi-node -p yishi-cli
	target/release/yishi replay --federation --hosts county --chaos 20

test: ## every test, on SQLite and on a throw-away PostgreSQL
	@$(NEED) cargo cc postgresql
	cargo test --workspace

up: ## a node that stays, until Ctrl-C
	@$(NEED) cargo cc
	cargo run --release -p yishi-node -- all --config deploy/levels/region.toml

bench: ## measure against the limits, into target/bench/report.json (ARGS=--gate fails below a floor)
	@$(NEED) cargo cc postgresql
	cargo build --release -p yishi-node
	cargo bench -p yishi-tests --bench report -- $(ARGS)

lint: ## formatter, clippy and buf, each with warnings as errors
	@$(NEED) cargo cc
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	@if [ -f proto/buf.yaml ]; then $(NEED) node && echo '$(BUF) lint proto' && $(BUF) lint proto </dev/null; fi

fmt: ## format the Rust code
	@$(NEED) cargo
	cargo fmt --all

gen: ## write the generated code and pages that tests compare
	@$(NEED) cargo cc
	YISHI_WRITE_GENERATED=1 cargo test -p yishi-proto --test generated
	YISHI_WRITE_GENERATED=1 cargo test -p yishi-runtime --test errors
