# What to type: make demo | packages | test | check | bench | accuracy | fuzz | faults | soak | mutants | monotone | lock. Everything stays in this folder, but for what `make test` asks about.
.PHONY: packages demo test check bench accuracy fuzz faults soak mutants monotone lock
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
# `make accuracy PATH=DIR` names the recordings with the shell's own word: what it meant until then is put back.
ifeq ($(origin PATH),command line)
RECORDINGS := $(PATH)
override PATH := $(shell command -p getconf PATH):/usr/local/bin
endif

demo: ## a simulated site, scanned for real, through to a drafted paper
	@packaging/setup.sh core-paper
	@$(BIN)/laydown demo -o demo-out

test: ## every test; as root it offers to install the programs they talk to
	@packaging/setup.sh all
	@packaging/peers.sh
	@$(BIN)/python -m pytest -n 4

check: ## what is read rather than run: format, lint, types, floors, rules
	@packaging/setup.sh all
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/laydown rules check

bench: ## speeds, printed and not asserted
	@packaging/setup.sh all
	@$(BIN)/python tests/bench/run.py

accuracy: ## PATH=DIR of recordings with labels: how often the program is right, written to docs/accuracy.md
	@test -n "$(RECORDINGS)" || { echo "name the folder of the recordings: make accuracy PATH=DIR" >&2; exit 2; }
	@packaging/setup.sh all
	@$(BIN)/python tests/accuracy/run.py "$(RECORDINGS)"

fuzz: ## SECONDS=60 of hostile bytes for every reader; what is found stays in .make/fuzz
	@packaging/setup.sh all
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/fuzz.txt
	@$(BIN)/python tests/fuzz/run.py $(or $(SECONDS),60) $(TARGETS)

faults: ## ROUNDS=3 of kills, full disks, damaged files and jumping clocks at seeded moments; what is found stays in .make/faults
	@packaging/setup.sh all
	@$(BIN)/python tests/faults/run.py $(or $(ROUNDS),3) $(or $(SEED),1) $(FAULTS)

soak: ## MINUTES=10 of scanning and listening again and again: nothing may grow, results stay equal
	@packaging/setup.sh all
	@$(BIN)/python tests/soak/run.py $(or $(MINUTES),10)

packages: ## what people install, into dist/: wheel, laydown.pyz, .deb, .rpm, OCI archive (with buildah), the program's own SBOM
	@packaging/setup.sh all
	@$(BIN)/python packaging/packages.py $(KINDS)

mutants: ## changes one sign of a rule's pattern at a time: do its own proofs notice? MAKERS=... for some
	@packaging/setup.sh all
	@$(BIN)/python -m tests.tools.mutants $(MAKERS)

monotone: ## ADDITIONS=10000 of evidence to made-up sites, SEED=1: nothing that accuses is lowered, no strangers join
	@packaging/setup.sh all
	@$(BIN)/python -m tests.tools.monotone $(or $(ADDITIONS),10000) $(or $(SEED),1)

lock: ## newest versions into requirements/*.txt
	@packaging/lock.sh
