# Two commands: `make build` (bundled sample → dataset) and `make test`. README shows the plain commands they stand for.
PYTHON ?= python3
VENV ?= .venv
PIP = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-compile
# Bytecode of what runs: some environments forbid Python to write any, and then each start costs seconds. Not of all,
# as pip would: that is 95 MB more.
IDLE = tests|pip|setuptools|openai|datasketch|networkx|pygments|huggingface_hub|PIL|stats|signal|optimize|interpolate|spatial
COMPILE = $(VENV)/bin/python -m compileall -qq -j 0 -x '/($(IDLE))/' $(VENV)/lib \
	schemas ingest dedup pedcorpus training || true

.PHONY: build test lint clean

build: $(VENV)/.base
	$(VENV)/bin/python -m pedcorpus build

test: $(VENV)/.test lint
	$(VENV)/bin/python -m pytest

lint: $(VENV)/.test
	$(VENV)/bin/python -m ruff check .
	$(VENV)/bin/python -m ruff format --check .
	$(VENV)/bin/python -m mypy

$(VENV)/.base: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	$(COMPILE)
	touch $@

$(VENV)/.test: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable ".[train,ocr,test]"
	$(COMPILE)
	touch $@ $(VENV)/.base

clean:
	rm -rf $(VENV) build
