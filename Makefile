PYTHON ?= python3
REPO ?= .
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install run test eval check format lock clean screenshots pages docs-check bench fuzz soak
# An editable install is not compiled by pip, and an environment may forbid the interpreter to do it: every start would compile everything.
install: .venv/.installed
	@$(BIN)/python -m compileall -q copilot_tui

# requirements.lock pins every package exactly; it holds no download addresses, so any index serves.
.venv/.installed: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit("copilot-tui needs Python 3.11 or newer; this is " + sys.version.split()[0] + ": run make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	PIP_CONSTRAINT=requirements.lock $(BIN)/python -m pip install --quiet --editable '.[local,hub,mcp,dev]'
	touch $@

run: install
	@$(BIN)/copilot-tui models install smollm2 --if-missing
	@$(BIN)/copilot-tui $(REPO)

test: install
	@$(BIN)/copilot-tui models install smollm2 --if-missing
	$(BIN)/python -m pytest

# The fixtures of tests/eval put to the model of your settings, and a table of what came of them: make eval ARGS="--profile openai".
eval: install
	@$(BIN)/copilot-tui models install smollm2 --if-missing
	$(BIN)/python -m tests.eval.run $(ARGS)

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if [ -f tests/faults_matrix.py ]; then $(BIN)/python -m tests.faults_matrix; fi

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The pictures and the recording of the documentation, taken of the real program.
screenshots: install
	$(BIN)/python -m tests.docs.make_screenshots docs/images
	$(BIN)/python -m tests.docs.make_recording docs/images/tour.cast

# The pages that are made from the program's own tables: keys, settings, command line, llms.txt.
pages: install
	$(BIN)/python -m tests.docs.make_pages

# Every command in README.md and docs/, run in a temporary repository.
docs-check: install
	$(BIN)/python -m tests.docs.check_commands

# One after another: they measure time.
bench: install
	@status=0; for script in $(notdir $(basename $(wildcard tests/bench/[a-z]*.py))); do \
		echo "== $$script"; $(BIN)/python -m tests.bench.$$script || status=1; done; exit $$status

# The readers of foreign bytes, led by coverage where atheris is installed, then the property tests with so many times their examples:
# make fuzz SECONDS=600 TIMES=50.
fuzz: install
	$(BIN)/python -m tests.fuzz.run --seconds $(or $(SECONDS),60)
	FUZZ_TIMES=$(or $(TIMES),20) $(BIN)/python -m pytest -m hypothesis -p tests.support.fuzzing --hypothesis-seed=random

# One session that asks, lands and takes back over and over: memory, open files and processes must stay level (make soak ROUNDS=1000).
soak: install
	$(BIN)/python -m tests.soak $(or $(ROUNDS),1000)

# Make the pins anew from the ranges in pyproject.toml.
lock:
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet '.[local,hub,mcp,dev]'
	$(BIN)/python -m pip freeze --exclude copilot-tui | grep -v '@ file' > requirements.lock
	rm -rf .venv

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
