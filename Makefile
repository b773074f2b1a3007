# make run   the portal with a demo company; nothing needed but Python 3.11
# make test  everything that can be tested here        make quick  the part to repeat all day
# make check format, lint, types, translations, …      make soak   fault and load tests at full length
# make bench what it costs, measured                   make lock   pin the requirements anew
.PHONY: run test quick soak check bench format lock
.SILENT:
export PYTHONUNBUFFERED = 1

run:
	bin/set-up requirements.txt
	DEMO=$${DEMO-true} exec .venv/bin/python manage.py up --with-parent

test quick soak:
	bin/set-up requirements-dev.txt
	exec .venv/bin/python -m tests.run $@

check:
	bin/set-up requirements-dev.txt
	exec .venv/bin/python -m tests.check

bench:
	bin/set-up requirements-dev.txt
	exec .venv/bin/python -m tests.bench

format:
	bin/set-up requirements-dev.txt
	.venv/bin/ruff format . && .venv/bin/ruff check --fix . && .venv/bin/djade $$(git ls-files 'templates/*.html')

lock:
	bin/set-up requirements-dev.txt
	for name in requirements requirements-dev; do \
	    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	        --no-header --no-annotate --upgrade $$name.in -o $$name.txt || exit 1; done
