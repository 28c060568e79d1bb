# The whole interface of this repository; `make help` lists it. CI runs `make test` and nothing else.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3.11
NOTES ?= samples/notes
OUT ?= out
OPTION ?= pegasus
CONTAINER_TOOL ?= docker
BASE_IMAGE ?= python:3.11-slim-bookworm
IMAGE ?= chartbrief-server:dev
# In place of AWS's base image of Lambda, where it cannot be pulled: tests/sam_local/stand_in_base.sh
LAMBDA_IMAGE ?=
# Processes that tests run in, one more than the cores of a small machine, since some tests wait; those of a file stay together.
WORKERS ?= 3
# Drawn schedules of `test-faults`.
RANDOM_SCHEDULES ?= 1000
# How often `test-kills` kills.
KILLS ?= 24
# What `fuzz` tries: a format or all, inputs of each, and the engine, `mutate` or `atheris`.
FORMAT ?= all
INPUTS ?= 200000
ENGINE ?= mutate
# More options of `build`, such as a proxy's or a package mirror's.
IMAGE_FLAGS ?=
export SAM_CLI_TELEMETRY = 0
export PIP_DISABLE_PIP_VERSION_CHECK = 1

VENV := .venv/.console-ready
DEV := .venv/.dev-ready
SAM := .venv-sam/.ready
TRAIN := .venv-train/.ready
TOOLKIT := .venv-toolkit/.ready
BENCHED := .venv-train/.bench-ready
SCAN := .venv-scan/.ready
NODE := build/scan/node_modules

.PHONY: help
help: ## List the targets.
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV): pyproject.toml
	@echo "Setting up .venv (once, about a minute) ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --editable '.[console]'
	@touch $@

$(DEV): pyproject.toml $(VENV)
	@.venv/bin/pip install --quiet --editable '.[dev]'
	@touch $@

# The SAM CLI pins its own versions of half the tree, so it lives apart.
$(SAM):
	@$(PYTHON) -m venv .venv-sam
	@.venv-sam/bin/pip install --quiet aws-sam-cli==1.170.0
	@touch $@

$(TRAIN): pyproject.toml
	@echo "Setting up .venv-train (once, a few minutes) ..."
	@$(PYTHON) -m venv .venv-train
	@.venv-train/bin/pip install --quiet torch==2.13.0
	@.venv-train/bin/pip install --quiet --editable '.[deploy]'
	@touch $@

$(BENCHED): pyproject.toml $(TRAIN)
	@.venv-train/bin/pip install --quiet --editable '.[bench]'
	@touch $@

# What the Hugging Face inference container runs, natively: the toolkit, multi-model-server (Java), torch, transformers.
$(TOOLKIT):
	@echo "Setting up .venv-toolkit (once, a few minutes) ..."
	@$(PYTHON) -m venv .venv-toolkit
	@.venv-toolkit/bin/pip install --quiet torch==2.13.0
	@.venv-toolkit/bin/pip install --quiet 'setuptools<81' sagemaker-huggingface-inference-toolkit==2.6.0 \
		multi-model-server==1.1.11 transformers==5.23.0
	@touch $@

# checkov pins a boto3 of its own; cdk-nag is Node's.
$(SCAN):
	@$(PYTHON) -m venv .venv-scan
	@.venv-scan/bin/pip install --quiet checkov==3.3.30
	@touch $@

$(NODE)/.ready:
	@command -v npm >/dev/null || (echo "Node 20 with npm is needed: https://nodejs.org"; exit 1)
	@mkdir -p build/scan
	@npm install --silent --no-audit --no-fund --prefix build/scan aws-cdk-lib@2.276.0 cdk-nag@2.36.8 constructs@10.5.1
	@touch $@

.PHONY: setup
setup: $(VENV) ## Install the console command and the local cloud into .venv.

.PHONY: setup-train
setup-train: $(TRAIN) ## Install what `chartbrief model` needs (torch, transformers, the SageMaker SDK) into .venv-train.

.PHONY: run
run: $(VENV) ## Summarize NOTES=samples/notes into OUT=out with OPTION=pegasus, on a local cloud built from template.yaml.
	@.venv/bin/chartbrief run "$(NOTES)" --out "$(OUT)" --option "$(OPTION)"

.PHONY: test
test: lint validate build ## Everything CI runs: lint, types, template checks, sam build, all tests.
	.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile

.PHONY: test-model
test-model: $(TRAIN) ## The model commands' own tests; they need torch, so they are not part of `make test`.
	@.venv-train/bin/pip install --quiet 'pytest>=9,<10' 'hypothesis>=6.150,<7' 'pytest-socket>=0.8,<1'
	.venv-train/bin/python -m pytest tests/model

.PHONY: test-containers
test-containers: $(TRAIN) $(TOOLKIT) ## A packaged model under the Hugging Face container's own stack and under our server; needs Java.
	@command -v java >/dev/null || (echo "Java 17 is needed: apt-get install openjdk-17-jre-headless"; exit 1)
	@.venv-train/bin/pip install --quiet 'pytest>=9,<10' 'hypothesis>=6.150,<7' 'pytest-socket>=0.8,<1'
	.venv-train/bin/python -m pytest tests/containers

.PHONY: image
image: ## The model server as IMAGE=chartbrief-server:dev, by CONTAINER_TOOL=docker (or podman), on BASE_IMAGE.
	$(CONTAINER_TOOL) build $(IMAGE_FLAGS) --build-arg BASE_IMAGE=$(BASE_IMAGE) \
		--build-arg VERSION="$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)" \
		--build-arg REVISION="$$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
		--tag $(IMAGE) --file model_build/container/Dockerfile .

.PHONY: test-faults
test-faults: $(DEV) ## Every AWS call of the flow fails, dies and loses its answer in turn; then RANDOM_SCHEDULES=1000 drawn schedules.
	.venv/bin/python -m tests.faults --random $(RANDOM_SCHEDULES) --processes $$(nproc)

.PHONY: fuzz
fuzz: $(DEV) ## INPUTS=200000 mutated files of each FORMAT=all, by ENGINE=mutate or atheris: no crash, no hang, counts that agree.
	@test $(ENGINE) = mutate || .venv/bin/pip install --quiet --editable '.[fuzz]'
	.venv/bin/python -m tests.fuzz --format $(FORMAT) --inputs $(INPUTS) --engine $(ENGINE)

.PHONY: test-kills
test-kills: $(DEV) ## Kill runs KILLS=24 times at drawn moments, and hold what is left against runs that were not killed.
	KILLS=$(KILLS) .venv/bin/python -m pytest tests/kills

.PHONY: test-image
test-image: $(DEV) ## The image's own tests: the server's contract, without network, rights and a writable file system.
	CONTAINER_TOOL=$(CONTAINER_TOOL) IMAGE=$(IMAGE) .venv/bin/python -m pytest tests/image

.PHONY: sam-local
sam-local: $(DEV) $(SAM) ## The built functions in Lambda's containers (`sam local`), through the whole flow; needs Docker.
	@.venv/bin/python -m tests.sam_local.engine
	@$(MAKE) --no-print-directory build
	SAM=.venv-sam/bin/sam LAMBDA_IMAGE=$(LAMBDA_IMAGE) .venv/bin/python -m pytest tests/sam_local

.PHONY: lint
lint: $(DEV) ## ruff and strict mypy.
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

.PHONY: format
format: $(DEV) ## Rewrite the code in the project's format.
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.PHONY: validate
validate: $(DEV) $(SAM) ## cfn-lint and sam validate --lint over template.yaml.
	.venv/bin/cfn-lint template.yaml
	.venv-sam/bin/sam validate --lint --template template.yaml

.PHONY: scan
scan: $(VENV) $(SAM) $(SCAN) $(NODE)/.ready ## checkov and cdk-nag's HIPAA rules over the translated template; its exceptions have reasons.
	@NODE_PATH=$(NODE) .venv/bin/python -m tests.scan

.PHONY: build
build: $(SAM) ## sam build: the deployable artifact of every function, under .aws-sam/.
	.venv-sam/bin/sam build --template template.yaml
	@test "$$(du -sm .aws-sam/build/NotesUploadedFunction | cut -f1)" -le 40 || (echo "the zip is over 40 MB"; exit 1)
	@! ls .aws-sam/build/NotesUploadedFunction | grep -iE '^(torch|transformers|sagemaker|boto|pyarrow)'
	@# Lambda unpacks a function and its layers into 250 MB together: the zip's 40 leave the layer 200.
	@test "$$(du -sm .aws-sam/build/ParquetLayer | cut -f1)" -le 200 || (echo "the layer is over 200 MB"; exit 1)
	@test -d .aws-sam/build/ParquetLayer/python/pyarrow || (echo "the layer has no pyarrow"; exit 1)

.PHONY: train-demo
train-demo: $(TRAIN) ## Train the demonstration model again from nothing (about 90 minutes on 2 cores; resumable).
	@# glibc gives large buffers back after every step and has them zeroed again; keeping them saves a fifth of the time.
	MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=17179869184 \
		.venv-train/bin/python -m note_summarizer.demo train --run-dir runs/demo --out model_build/demo_model

.PHONY: train-options
train-options: $(TRAIN) ## Train the small models of the open options and compare them (20 processor minutes each; resumable).
	@# As for the demonstration model, with less memory kept.
	MALLOC_MMAP_THRESHOLD_=134217728 MALLOC_TRIM_THRESHOLD_=536870912 \
		.venv-train/bin/python -m note_summarizer.option_models train
	.venv-train/bin/python -m note_summarizer.option_models serve
	.venv-train/bin/python -m note_summarizer.option_models judge

.PHONY: bench-big
bench-big: $(DEV) ## A million notes in one file, in a million files, in one job, through the functions; BIG='file --notes 20000' for less.
	@.venv/bin/python -m benchmarks.big $(BIG)

.PHONY: bench-formats
bench-formats: $(DEV) ## Notes a second that each format is read with, beside the usual libraries (minutes); fills docs/performance.md.
	@.venv/bin/python -m benchmarks.formats

.PHONY: bench
bench: $(BENCHED) ## Compare the engine with what people use today, draw it and fill docs/performance.md; BENCH='--quick' for options.
	@.venv-train/bin/python -m benchmarks.bench $(BENCH)

.PHONY: clean
clean: ## Remove environments, builds and outputs.
	rm -rf .venv .venv-sam .venv-train .venv-toolkit .venv-scan .aws-sam out build
