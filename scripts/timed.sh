# For scripts that say how long their steps took: to be sourced in the root of the project.

mkdir -p target

# Runs a command, and adds how long it took to target/times.txt.
timed() {
  local what=$1 began=$SECONDS; shift
  "$@"
  printf '%5d s  %s\n' "$((SECONDS - began))" "$what" | tee -a target/times.txt
}
