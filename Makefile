# Few verbs. `make run` and `make test` are all that a user needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test test-all test-fast engines lint coverage mutate mutate-code bench generated types schemas fonts diagrams cql certify docs sbom audit clean

# `make run` needs the package alone; everything else what developers need.
$(VENV)/.run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

run: $(VENV)/.run  ## set up, and print the answer to every example case
	@for case in pathways/pdq_pnet_patient/cases/*.json; do \
	  printf '\n==== %s\n' "$$case"; $(BIN)/pnet recommend "$$case" || exit 1; done
	@printf '\nYour own case: %s/pnet recommend CASE.json (all commands: %s/pnet --help); `. %s/activate` makes it plain pnet.\n' \
	  '$(BIN)' '$(BIN)' '$(BIN)'

test: $(VENV)/.installed  ## set up, and run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile -q

test-all: $(VENV)/.installed  ## the tests on Python 3.13, 3.12 and 3.11, each found or downloaded by uv
	@for version in 3.13 3.12 3.11; do \
	  python=$$($(BIN)/uv python find --system $$version 2>/dev/null) || \
	    { $(BIN)/uv python install $$version && python=$$($(BIN)/uv python find --managed-python $$version); } || exit 1; \
	  $(MAKE) test PYTHON="$$python" VENV=build/python-$$version || exit 1; done

test-fast: $(VENV)/.installed  ## the rooms model, loading and engine, in about a minute
	$(BIN)/python -m pytest -n auto --dist loadfile -q tests/model tests/loading tests/engine

engines: $(VENV)/.installed  ## install the engines of others that some tests compare with (npm; 280 MB)
	$(BIN)/python tools/engines.py

lint: $(VENV)/.installed  ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(VENV)/.installed  ## run the tests, and ask for 95 % of the library's lines and branches
	$(BIN)/python -m pytest -n auto --dist loadfile -q --cov=pnet_pathways --cov-branch --cov-fail-under=95

mutate: $(VENV)/.installed  ## change every place of the definitions: each change must be caught
	$(BIN)/pnet mutate

mutate-code: $(VENV)/.installed  ## change the code of conditions, facts and recommend: the tests must notice (takes long)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,mutation]'
	$(BIN)/mutmut run
	$(BIN)/mutmut results

generated: schemas fonts types diagrams cql  ## write everything that is generated and committed anew

types: $(VENV)/.installed  ## write the typed names of the project's vocabulary anew
	$(BIN)/python tools/write_types.py

schemas: $(VENV)/.installed  ## write the JSON Schemas of the definition files anew
	$(BIN)/python tools/write_schemas.py

fonts: $(VENV)/.installed  ## write the widths of the bundled fonts' characters anew
	$(BIN)/python tools/write_font_widths.py

cql: $(VENV)/.installed  ## write the CQL of the documents and its ELM anew; needs make engines
	$(BIN)/python tools/write_cql.py

certify: $(VENV)/.installed  ## let another engine answer every partial case, and write the certificate; needs make engines (takes long)
	$(BIN)/python tools/certify.py

diagrams: $(VENV)/.installed  ## draw the committed diagrams anew
	$(BIN)/python tools/write_diagrams.py

bench: $(VENV)/.installed  ## measure everything against a reference, in one table; writes docs/performance.md and its plot; needs valgrind
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,bench]'
	$(BIN)/python benchmarks

docs: $(VENV)/.installed  ## build the documentation's site, every link checked: build/site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build
	@printf 'Read it from build/site/index.html; to search it, serve it: %s/python -m http.server -d build/site\n' '$(BIN)'

sbom: $(VENV)/.installed  ## write the bill of materials of the library with all extras: dist/sbom.json (CycloneDX)
	$(PYTHON) -m venv --clear build/sbom
	build/sbom/bin/python -m pip install --quiet --disable-pip-version-check '.[all]'
	mkdir -p dist
	$(BIN)/cyclonedx-py environment build/sbom --pyproject pyproject.toml --output-reproducible --output-file dist/sbom.json

audit: $(VENV)/.installed  ## hold the installed packages against the known vulnerabilities; needs a network
	$(BIN)/python tools/audit.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache mutants
