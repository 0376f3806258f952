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
# One measures how fast a clip runs and has the machine for itself; of the others two run at a time, since most of what
# they do is wait. A browser that hangs ends its test, and a test that leaves something running ends with its file.
alone=tests/e2e/player-playing.test.mjs
others=()
for file in tests/e2e/*.test.mjs; do
  [ "$file" = "$alone" ] || others+=("$file")
done
browser_tests() {
  timeout --kill-after=10 2000 node --test --test-timeout=1000000 --test-force-exit "$@"
}
browser_tests "$alone"
browser_tests --test-concurrency=2 "${others[@]}"
