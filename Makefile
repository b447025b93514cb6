# giaoban: the commands of the README. Meson does the work; see meson.build.
SHELL := /bin/bash
PORT ?= 8080
DATA ?= data
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: run build test install-build install-test check-asan bench bench-quick fuzz torture clean help

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make run          installs what is missing, builds, creates the demonstration, serves on http://127.0.0.1:8080
run: build
	@[ -e $(DATA)/giaoban.db ] || ./build/giaoban init $(DATA) --demo
	./build/giaoban serve --data $(DATA) --port $(PORT)

## make build        the release program at build/giaoban
build: install-build
	@[ -d build ] || meson setup build -Dbuildtype=debugoptimized -Dhardening=true -Dtests=false
	@meson configure build -Dtests=false -Dbuildtype=debugoptimized -Dhardening=true >/dev/null
	@ninja -C build

## make test         installs what the tests need and runs all of them
test: install-build install-test
	@tools/test.sh

## make bench        measures against the peers; make bench-quick in two minutes
bench: build install-test
	@tools/bench.sh full
bench-quick: build install-test
	@tools/bench.sh quick

## make fuzz         every reader against random input, five minutes each
fuzz: install-test
	@tools/fuzz.sh 300

## make torture      the long runs: kill -9 in a loop, failing disks, random operations
torture: install-test
	@tools/torture.sh

install-build:
	@$(SUDO) tools/install.sh build
install-test:
	@$(SUDO) tools/install.sh test

clean:
	rm -rf build build-*
