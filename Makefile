# Each target is a plain script that works without make.
.PHONY: demo test lint bench

demo:
	./demo

test:
	./test

lint:
	./scripts/lint

bench:
	./scripts/bench
