# The commands of this project. Each prepares what it needs by itself: see tools/setup.sh.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON_HERE := .venv/bin/python
SAMPLE := resources/sample/the-ferry-book.md
# The writer's own copy of the sample story: outside version control, and `make clean` leaves it alone.
DRAFT := drafts/the-ferry-book.md

.PHONY: help setup run test lint format bench screenshots clean

help:
	@echo "make run          open the app on the sample story (with no display: a scripted tour into build/tour)"
	@echo "make test         run the tests"
	@echo "make lint         check format, rules, types and layers"
	@echo "make bench        print the measured times"
	@echo "make setup        only prepare .venv and the system libraries"
	@echo "make format       rewrite the code as the formatter wants it"
	@echo "make screenshots  take the pictures of README.md anew"
	@echo "make clean        remove what was built and cached (.venv and drafts/ stay)"

setup:
	@tools/setup.sh

run: setup
	@if [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ] && [ "$$(uname)" != Darwin ]; then \
	    QT_QPA_PLATFORM=offscreen $(PYTHON_HERE) -m writer_app tour --output build/tour; \
	else \
	    mkdir -p drafts && { [ -e $(DRAFT) ] || cp $(SAMPLE) $(DRAFT); } && $(PYTHON_HERE) -m writer_app $(DRAFT); \
	fi

test: setup
	@QT_QPA_PLATFORM=offscreen $(PYTHON_HERE) -m pytest

lint: setup
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@$(PYTHON_HERE) -m mypy
	@.venv/bin/lint-imports

format: setup
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix-only .

bench: setup
	@QT_QPA_PLATFORM=offscreen $(PYTHON_HERE) -m writer_app bench

screenshots: setup
	@QT_QPA_PLATFORM=offscreen $(PYTHON_HERE) -m writer_app tour --output build/tour
	@mkdir -p docs/images && cp build/tour/light.png build/tour/dark.png docs/images/

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find writer_app tests -name __pycache__ -type d -prune -exec rm -rf {} +
