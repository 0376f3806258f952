#!/usr/bin/env bash
# All tests, after setup.sh; the build is part of it. Any failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/timed.sh
# The program that the native tests are built beside serves all tests: to build it for release as well takes as long as
# many of them. `make demo`, `make bench` and `make release` use that one.
export FUIN_PROGRAM=$PWD/target/debug/fuin

# What is compiled is linted by the way: to lint apart takes every crate once more, for both targets.
export RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/linted.sh

echo "== formatting, lints and the build of the native tests, beside the build of the page"
# The page is mostly one long job of one core; what is not needed for it stands back.
native() {
  cargo fmt --all --check
  cargo build --quiet --all-targets
}
export -f native
build() {
  nice -n 19 bash -euo pipefail -c native &
  local beside=$!
  trap "kill $beside 2>/dev/null || true" EXIT
  scripts/build.sh page
  wait "$beside"
  trap - EXIT
}
timed "the build, lints and the build of the native tests" build
# Alone it would be built with other features of its libraries than beside the tests, and they once more.
timed "the command line, with the page in it" cargo build --quiet --all-targets
echo "== native tests"
timed "the native tests" cargo test --quiet
echo "== a second implementation of the format"
timed "the second implementation" .venv/bin/python tests/interop/run.py "$FUIN_PROGRAM"
echo "== PostgreSQL, the server and two desks begin as make demo-desks shows them"
SERVE=no timed "the demo of several desks" scripts/demo-desks.sh > /dev/null
echo "== browser tests (Chromium, and the main journeys in Firefox and WebKit; file://)"
# One measures how fast a clip runs and has the machine for itself; of the others two run at a time, since most of what
# they do is wait. A browser that hangs ends its test, and a test that leaves something running ends with its file.
alone=tests/e2e/player-playing.test.mjs
others=()
for file in tests/e2e/*.test.mjs; do
  [ "$file" = "$alone" ] || others+=("$file")
done
browser_tests() {
  timeout --kill-after=10 2700 node --test --test-timeout=1000000 --test-force-exit "$@"
}
timed "the browser test of speed" browser_tests "$alone"
timed "the other browser tests" browser_tests --test-concurrency=2 "${others[@]}"
