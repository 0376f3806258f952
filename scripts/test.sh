#!/usr/bin/env bash
# All tests, after `make build`. Any failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "== formatting and lints"
cargo fmt --all --check
cargo clippy --quiet --workspace --exclude fuin_app --all-targets -- -D warnings
cargo clippy --quiet -p fuin_app --target wasm32-unknown-unknown -- -D warnings
echo "== native tests"
cargo test --quiet
echo "== browser tests (Chromium, file://)"
node --test --test-concurrency=2 tests/e2e/*.test.mjs
