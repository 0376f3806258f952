#!/usr/bin/env bash
# Coverage-guided fuzzing of every parser that meets bytes from outside: SECONDS_EACH (60) for each target, or for those
# that are named, one on each core. What was found stays in target/fuzz; a crash ends it and says how to run it again.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
corpus=$PWD/target/fuzz/corpus
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(header container manifest footage index rows qr \
  typed symbols receipt signed_receipt ledger events proof documents request toml ticket message decoders outside)
cargo run --quiet -p fuin_tests --example fuzz_seeds "$corpus"
# Without a sanitizer, so that the pinned toolchain does it: our own code has no `unsafe`. Optimising across crates
# would take minutes for each of the programs.
CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
  cargo fuzz build --fuzz-dir tests/fuzz --sanitizer none --features libfuzzer --target-dir target/fuzz/build
programs=$PWD/target/fuzz/build/$(rustc -vV | sed -n 's/^host: //p')/release
fuzz() {
  local target=$1 log=$found/$1.log
  mkdir -p "$corpus/$target"
  if "$programs/$target" "$corpus/$target" -artifact_prefix="$found/$target-" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=1024 -print_final_stats=1 >"$log" 2>&1; then
    printf '%-16s %s executions\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    tail -n 40 "$log"
    echo "$target failed. Once more: $programs/$target $found/$target-…"
    return 255
  fi
}
export corpus programs found=$PWD/target/fuzz seconds=${SECONDS_EACH:-60}
export -f fuzz
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz "$1"' - {}
