#!/usr/bin/env bash
# Builds the page (dist/fuin.html) and the command line that has it built in (target/release/fuin), after setup.sh;
# `build.sh page` the page alone. Nothing is built if nothing changed. How long each took is added to target/times.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/timed.sh

# Nothing that is handed out names a folder of whoever built it.
cargo_home="${CARGO_HOME:-$HOME/.cargo}"
# The last one that fits counts.
remap="--remap-path-prefix=$HOME=home --remap-path-prefix=$cargo_home=cargo"
remap="$remap --remap-path-prefix=$cargo_home/registry/src=crates --remap-path-prefix=$PWD=."
# Joined with the flags of .cargo/config.toml.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$remap"
host=$(rustc -vV | sed -n 's/^host: //p' | tr 'a-z-' 'A-Z_')
export "CARGO_TARGET_${host}_RUSTFLAGS=$remap"

# Newer than when the last build of the page began: what changed while it ran is in the next one.
changed=$(find src/{app,blobs,core,decoders,errors,fold,model,modules,trace} style www index.html NOTICE Trunk.toml Cargo.toml Cargo.lock \
  -newer target/page.built -print -quit 2>/dev/null || echo "never built")
page() {
  touch target/page.begun
  trunk build --log warn
  mv target/page.begun target/page.built
}
# The page is mostly one long job of one core. The two builds use different folders in target/.
page_beside_command_line() {
  cargo build --release --quiet -p fuin_cli &
  local beside=$!
  trap "kill $beside 2>/dev/null || true" EXIT
  page
  wait "$beside"
  trap - EXIT
}
only=${1:-}
if [ ! -e dist/fuin.html ] || [ -n "$changed" ]; then
  if [ "$only" = page ]; then
    echo "== building the page (dist/fuin.html)"
    timed "the page" page
  else
    echo "== building the page (dist/fuin.html); beside it, all that the command line is made of"
    timed "the page" page_beside_command_line
  fi
fi
[ "$only" != page ] || exit 0
echo "== building the command line (target/release/fuin)"
timed "the command line, with the page in it" cargo build --release --quiet -p fuin_cli
