# Few verbs. `make run` and `make test` are all that a user needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test test-fast lint coverage mutate mutate-code bench generated types schemas fonts diagrams clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@

run: $(VENV)/.installed  ## set up, and print the answer to every example case
	@for case in pathways/pdq_pnet_patient/cases/*.json; do \
	  printf '\n==== %s\n' "$$case"; $(BIN)/pnet recommend "$$case" || exit 1; done

test: $(VENV)/.installed  ## set up, and run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile -q

test-fast: $(VENV)/.installed  ## the rooms model, loading and engine, in about a minute
	$(BIN)/python -m pytest -n auto --dist loadfile -q tests/model tests/loading tests/engine

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

generated: schemas fonts types diagrams  ## write everything that is generated and committed anew

types: $(VENV)/.installed  ## write the typed names of the project's vocabulary anew
	$(BIN)/python tools/write_types.py

schemas: $(VENV)/.installed  ## write the JSON Schemas of the definition files anew
	$(BIN)/python tools/write_schemas.py

fonts: $(VENV)/.installed  ## write the widths of the bundled fonts' characters anew
	$(BIN)/python tools/write_font_widths.py

diagrams: $(VENV)/.installed  ## draw the committed diagrams anew
	$(BIN)/python tools/write_diagrams.py

bench: $(VENV)/.installed  ## measure answers, differences, verification, the report's clicks and FHIR, each against a reference
	$(BIN)/python benchmarks/instructions.py
	$(BIN)/python benchmarks/answers.py
	$(BIN)/python benchmarks/difference.py
	$(BIN)/python benchmarks/verification.py
	$(BIN)/python benchmarks/report_clicks.py
	$(BIN)/python benchmarks/fhir_reading.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache mutants
