# Two commands matter: `make demo` and `make test`. Each installs what it needs first and skips what is there.
.PHONY: demo demo-desks test check bench bench-mark manual screens fuzz notice release build setup clean

export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

demo: build
	@scripts/demo.sh

# PostgreSQL, the server and two desks, on this machine.
demo-desks: build
	@scripts/setup.sh database
	@scripts/demo-desks.sh

# Everything that must hold, on a clean checkout.
test: setup
	@scripts/setup.sh interop
	@scripts/setup.sh browsers
	@scripts/test.sh

# Fast: formatting, lints, licences and sources, native tests, without a browser.
check:
	@scripts/setup.sh check
	cargo fmt --all --check
	cargo clippy --workspace --exclude fuin_app --exclude fuin_modules --exclude fuin_blobs --all-targets -- -D warnings
	cargo clippy -p fuin_app -p fuin_modules -p fuin_decoders -p fuin_blobs --target wasm32-unknown-unknown -- -D warnings
	cargo deny --offline check bans licenses sources
	cargo test

# Both sides in one run; prints a table and writes target/bench.json. PARTS="sealing decoders" measures these alone.
bench: build
	@scripts/setup.sh bench
	@node tests/bench/run.mjs $(PARTS)

# Marks clips, attacks the pictures, and counts how often the forensic mark is read (some twenty minutes on two cores).
bench-mark: setup
	@scripts/setup.sh marks
	cargo build --release --quiet -p fuin_tests --example watermark
	@.venv-marks/bin/python -u tests/bench/marks/run.py target/release/examples/watermark ../shared/clips

# The pictures of both manuals, from the running page; the next build folds them in.
manual: build
	@node scripts/manual.mjs

# A picture of every screen, in two sizes and both languages, to look at (target/screens).
screens: build
	@node scripts/screens.mjs target/screens

# Looks for inputs that break a parser, a minute for each.
fuzz:
	@scripts/setup.sh fuzz
	@scripts/fuzz.sh

# Gathers the licences of all that is handed out, after Cargo.lock changed (some minutes).
notice:
	@scripts/setup.sh notice
	@scripts/notice.sh

# What is handed out: built twice in two folders and compared, with what it is made of and the hash of every file.
release:
	@scripts/setup.sh all
	@scripts/setup.sh release
	@scripts/release.sh

build: setup
	@scripts/build.sh

setup:
	@scripts/setup.sh all

clean:
	rm -rf target dist demo node_modules .venv
