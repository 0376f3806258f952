#!/usr/bin/env bash
# Brings what building and testing need: says what it installs, skips what is there.
# Usage: setup.sh check|all|database|interop|browsers|marks|bench|fuzz|notice|release
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

source scripts/timed.sh
say() { printf '== %s\n' "$*"; }
need_root() {
  cat >&2 <<MSG
Missing: $1
This user cannot install Debian packages. Ask an administrator to run
  apt-get install $2
or, for the browser, set FUIN_CHROMIUM to the path of a Chromium or Chrome that is here.
MSG
  exit 1
}
apt_install() {
  local what=$1; shift
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || need_root "$what" "$*"
  say "installing $what (Debian packages: $*)"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

rust() {
  command -v cargo >/dev/null || { echo "Rust is missing; install it with rustup first." >&2; exit 1; }
  if ! rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown; then
    say "adding the wasm32-unknown-unknown target"
    rustup target add wasm32-unknown-unknown
  fi
  # Trunk builds offline, so that it never looks for tools; what Cargo.lock names must be here before.
  cargo fetch --quiet --locked
}

# Tools that run for seconds are not worth minutes of optimising. None of them goes to a network, so that they are built
# without TLS.
install_tool() {
  local level=$1; shift
  CARGO_PROFILE_RELEASE_OPT_LEVEL=$level CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install "$@"
}

check_tools() {
  local deny=0.20.2
  if [ "$(cargo deny --version 2>/dev/null)" != "cargo-deny $deny" ]; then
    say "installing cargo-deny $deny, which checks licences and sources (about four minutes on two cores, once)"
    timed "cargo-deny" install_tool 0 --locked --version "$deny" cargo-deny
  fi
}

notice_tools() {
  local about=0.9.3
  if [ "$(cargo about --version 2>/dev/null)" != "cargo-about $about" ]; then
    say "installing cargo-about $about, which gathers licences (some minutes, once)"
    timed "cargo-about" install_tool 1 --locked --version "$about" --features cli cargo-about
  fi
}

release_tools() {
  local cyclonedx=0.5.7
  if [ "$(cargo cyclonedx --version 2>/dev/null)" != "cargo-cyclonedx-cyclonedx $cyclonedx" ]; then
    say "installing cargo-cyclonedx $cyclonedx, which lists what a program is made of (some minutes, once)"
    timed "cargo-cyclonedx" install_tool 0 --locked --version "$cyclonedx" cargo-cyclonedx
  fi
}

fuzz_tools() {
  local fuzz=0.13.2
  if [ "$(cargo fuzz --version 2>/dev/null)" != "cargo-fuzz $fuzz" ]; then
    say "installing cargo-fuzz $fuzz (about a minute, once)"
    timed "cargo-fuzz" install_tool 0 --locked --version "$fuzz" cargo-fuzz
  fi
  command -v c++ >/dev/null || apt_install "a C++ compiler for libFuzzer" g++
}

page_tools() {
  local trunk=0.21.14 bindgen
  bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock)
  if [ "$(trunk --version 2>/dev/null)" != "trunk $trunk" ]; then
    say "installing trunk $trunk (about three minutes on two cores, once)"
    timed "trunk" install_tool 0 --locked --no-default-features --version "$trunk" trunk
  fi
  if [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $bindgen" ]; then
    say "installing wasm-bindgen-cli $bindgen, as Cargo.lock names it (about two minutes, once)"
    timed "wasm-bindgen-cli" install_tool 1 --no-default-features --version "$bindgen" wasm-bindgen-cli
  fi
  if ! cmp -s package-lock.json node_modules/.package-lock.source; then
    say "installing wasm-opt, esbuild and the browser's remote control from npm"
    timed "npm packages" npm ci --silent --no-audit --no-fund
    cp package-lock.json node_modules/.package-lock.source
  fi
}

# A folder of Python libraries: where it is, what it is made of, what it is for.
python_tools() {
  local folder=$1 wanted=$2 what=$3
  shift 3
  cmp -s "$wanted" "$folder/requirements.txt" && return
  say "installing $what from PyPI"
  command -v python3 >/dev/null || apt_install "Python" python3
  python3 -m venv --clear "$folder" 2>/dev/null ||
    { apt_install "Python's venv" python3-venv; python3 -m venv --clear "$folder"; }
  timed "Python packages" "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" -r "$wanted"
  cp "$wanted" "$folder/requirements.txt"
}

media_tools() {
  local missing=()
  command -v ffmpeg >/dev/null || missing+=(ffmpeg)
  ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
  command -v pdftotext >/dev/null || missing+=(poppler-utils)
  command -v openssl >/dev/null || missing+=(openssl)
  local browser=
  for path in "${FUIN_CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome /usr/bin/google-chrome-stable; do
    [ -n "$path" ] && [ -x "$path" ] && { browser=$path; break; }
  done
  [ -n "$browser" ] || missing+=(chromium)
  [ ${#missing[@]} = 0 ] || timed "Debian packages" apt_install "browser, video and font tools" "${missing[@]}"
}

database_tools() {
  [ -x "${FUIN_POSTGRES:-/usr/lib/postgresql/15/bin}/postgres" ] ||
    timed "PostgreSQL" apt_install "PostgreSQL, in which ledgers of several desks are kept" postgresql-15
}

other_browsers() {
  local missing=()
  [ -x "${FUIN_FIREFOX:-}" ] || command -v firefox-esr firefox >/dev/null || missing+=(firefox-esr)
  command -v WebKitWebDriver >/dev/null || missing+=(webkit2gtk-driver)
  command -v Xvfb >/dev/null || missing+=(xvfb)
  # What WebKit decodes H.264 and AAC with.
  [ -e /usr/share/doc/gstreamer1.0-libav ] || missing+=(gstreamer1.0-libav)
  [ ${#missing[@]} = 0 ] ||
    timed "Firefox and WebKit" apt_install "Firefox and WebKit, in which the main journeys are tested too" "${missing[@]}"
}

: > target/times.txt
case "${1:-all}" in
  check) rust; check_tools; database_tools ;;
  all) rust; page_tools; media_tools; database_tools ;;
  database) database_tools ;;
  interop) python_tools .venv tests/interop/requirements.txt "the second implementation's libraries" ;;
  marks) python_tools .venv-marks tests/bench/marks/requirements.txt "what attacks marks" --no-deps ;;
  browsers) other_browsers ;;
  bench) command -v age >/dev/null || apt_install "age, to compare with" age ;;
  fuzz) rust; fuzz_tools ;;
  notice) rust; notice_tools ;;
  release) rust; release_tools ;;
  *) echo "usage: setup.sh check|all|database|interop|browsers|marks|bench|fuzz|notice|release" >&2; exit 2 ;;
esac
