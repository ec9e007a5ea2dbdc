# Needs Python 3.11 or newer and a package index; everything else is installed into .venv.
PYTHON ?= python3
VENV ?= .venv
MERMAID = $(VENV)/mermaid/node_modules/mermaid/dist/mermaid.min.js

.PHONY: demo test dask-test browser-test screenshots lint check docs pages bench cilium pod-security validation bounds fuzz lock lowest reproducible distributions sbom slow clean

demo: $(VENV)/ready ## set up, and lint the incident that started this project
	@$(VENV)/bin/mblint examples/docs-500/before; test $$? -eq 1

test: $(VENV)/ready ## set up, and run the tests
	$(VENV)/bin/pytest -n auto

dask-test: $(VENV)/ready ## a fleet on a real Dask scheduler and workers of this machine, one of which is killed
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[dask]'
	$(VENV)/bin/pytest -m dask tests/cli

browser-test: $(VENV)/ready ## the graph's page in a real browser: Debian's Chromium, installed where there is none
	command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[dev,browser]'
	test -f $(MERMAID) || ! command -v npm >/dev/null || npm install --silent --no-save --prefix $(VENV)/mermaid mermaid@11
	! test -f $(MERMAID) || export MBLINT_MERMAID=$(abspath $(MERMAID)); \
	  MBLINT_BROWSER=required $(VENV)/bin/pytest -m browser tests/browser

screenshots: ## the same, which draws the pictures of the documentation
	MBLINT_SCREENSHOTS=docs/images $(MAKE) browser-test

lint: $(VENV)/ready ## formatting, lint rules, types
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

check: lint test docs ## what CI runs

docs: $(VENV)/ready ## build the documentation site into site/
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict

pages: $(VENV)/ready ## write into the documentation what its commands print now
	$(VENV)/bin/python docs/refresh.py

slow: $(VENV)/ready ## the tests that start real servers; not part of CI
	$(VENV)/bin/pytest -m slow

CORPUS ?= corpus
.PHONY: corpus
corpus: $(VENV)/ready ## fails on findings on public charts that nobody has judged: make corpus CORPUS=FOLDER
	$(VENV)/bin/python tests/corpus/labels.py $(CORPUS)

.PHONY: recall
recall: $(VENV)/ready ## how much is understood, and found of what is broken or cut off: make recall CORPUS=FOLDER
	$(VENV)/bin/python benchmarks/recall/mentions.py --left --mblint $(VENV)/bin/mblint $$(find $(CORPUS) -name '*.yaml')
	$(VENV)/bin/python benchmarks/recall/injection.py --missed $(CORPUS)
	$(VENV)/bin/python benchmarks/recall/closed_policies.py --missed $(CORPUS)
	$(VENV)/bin/python benchmarks/recall/clusters.py --missed $(CORPUS)

.PHONY: remedies
remedies: $(VENV)/ready ## carry out the remedies of all findings, one at a time, and lint again: make remedies CORPUS=FOLDER
	$(VENV)/bin/python benchmarks/remedies/run.py $(CORPUS)

bench: $(VENV)/ready ## whole runs beside kube-score, if it is on the PATH: make bench RENDER=render.yaml
	$(VENV)/bin/python benchmarks/speed.py $(RENDER)

# The versions of the lock, by their hashes; where these cannot be had (another Python, an index of one's own), others.
$(VENV)/ready: pyproject.toml lock/dev.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement lock/dev.txt && \
	  $(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . || \
	  { echo 'The versions of lock/dev.txt cannot be installed here; taking what pyproject.toml allows.'; \
	    $(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'; }
	@touch $@

cilium: $(VENV)/ready ## the policy engine beside Cilium's own, on random clusters; needs Go
	$(VENV)/bin/python benchmarks/cilium/clusters.py $(or $(CLUSTERS),400) | (cd benchmarks/cilium && go run .)

pod-security: $(VENV)/ready ## the Pod Security Standards beside the API server's own code; needs Go
	cd benchmarks/pod_security && go build -o $(CURDIR)/benchmarks/pod_security/oracle .
	$(VENV)/bin/python benchmarks/pod_security/pods.py benchmarks/pod_security/oracle

VALIDATION = $(CURDIR)/benchmarks/validation
validation: $(VENV)/ready ## invalid objects beside the API server's own code; needs Go; OBJECTS: folders with more of them
	cd $(VALIDATION) && go build -o oracle .
	$(VENV)/bin/python $(VALIDATION)/objects.py $(VALIDATION)/oracle $(OBJECTS)

bounds: $(VENV)/ready ## small inputs that ask for much: time and memory of each
	$(VENV)/bin/python benchmarks/bounds.py

fuzz: $(VENV)/ready ## broken input of four kinds, INPUTS of each; prints how many it were
	MBLINT_FUZZ=$(or $(INPUTS),2000) $(VENV)/bin/pytest -n 0 tests/fuzz

lock: $(VENV)/ready ## write lock/ anew: the newest versions that pyproject.toml allows, with hashes
	python3 -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet --disable-pip-version-check pip-tools
	PATH=$(abspath $(VENV)/lock/bin):$$PATH .ci/lock

# What the version of a dependency can change: how input is read, options, reports, edits; and every rule and program once.
LOWEST = tests/manifests tests/settings tests/rules tests/software tests/cli tests/reports tests/remedies
lowest: $(VENV)-lowest/ready ## the tests with the lowest versions of the dependencies that pyproject.toml allows
	$(VENV)-lowest/bin/pytest -n auto -m 'not slow and not browser and not packaging and not whole' $(LOWEST)

$(VENV)-lowest/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)-lowest
	$(PYTHON) .ci/lowest.py > $(VENV)-lowest/lowest.txt
	$(VENV)-lowest/bin/pip install --quiet --disable-pip-version-check --requirement $(VENV)-lowest/lowest.txt --editable '.[dev]'
	@touch $@

reproducible: $(VENV)/ready ## build the wheel twice, and compare the bytes
	PYTHON=$(abspath $(VENV)/bin/python) .ci/reproducible

distributions: $(VENV)/ready ## build wheel and sdist, and check both as the package index would
	$(PYTHON) -m venv $(VENV)/publish
	$(VENV)/publish/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement lock/publish.txt
	PYTHON=$(abspath $(VENV)/bin/python) TWINE=$(abspath $(VENV)/publish/bin/twine) .ci/distributions

sbom: $(VENV)/ready ## what a run consists of, as CycloneDX: dist/mblint.cdx.json
	mkdir -p dist
	$(VENV)/bin/python .ci/sbom.py > dist/mblint.cdx.json

clean:
	rm -rf $(VENV) $(VENV)-lowest dist build site .mypy_cache .ruff_cache .pytest_cache .hypothesis
