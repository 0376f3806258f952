#!/usr/bin/env bash
# All tests, after `make build`. Any failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "== formatting and lints"
cargo fmt --all --check
cargo clippy --quiet --workspace --exclude fuin_app --exclude fuin_decoders --all-targets -- -D warnings
cargo clippy --quiet -p fuin_app -p fuin_decoders --target wasm32-unknown-unknown -- -D warnings
echo "== native tests"
cargo test --quiet
echo "== a second implementation of the format"
.venv/bin/python tests/interop/run.py target/release/fuin
echo "== browser tests (Chromium, file://)"
# One file after the other, so that two browsers never share the cores and each result is printed when it is there. A
# browser that hangs ends its test, and a test that leaves something running ends with its file.
for file in tests/e2e/*.test.mjs; do
  echo "-- $file"
  timeout --kill-after=10 1200 node --test --test-timeout=1000000 --test-force-exit "$file"
done
