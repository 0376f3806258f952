#!/usr/bin/env bash
# Coverage-guided fuzzing of every parser that meets bytes from outside: SECONDS_EACH (60) for each target, or for those
# that are named. What was found stays in target/fuzz; a crash ends it and prints how to run it again.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
corpus=$PWD/target/fuzz/corpus
cargo run --quiet -p fuin_tests --example fuzz_seeds "$corpus"
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(header container manifest footage index rows qr \
  typed symbols receipt signed_receipt ledger events proof documents request toml ticket message decoders)
for target in "${targets[@]}"; do
  echo "== $target, ${SECONDS_EACH:-60} s"
  mkdir -p "$corpus/$target"
  # Without a sanitizer, so that the pinned toolchain does it: our own code has no `unsafe`.
  cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none --features libfuzzer --target-dir target/fuzz/build "$target" \
    "$corpus/$target" -- -artifact_prefix="$PWD/target/fuzz/$target-" -max_total_time="${SECONDS_EACH:-60}" -timeout=10 \
    -rss_limit_mb=1024 -print_final_stats=1
done
