"""One command starts web, worker and scheduler and ends them all: what `make run` is made of."""
