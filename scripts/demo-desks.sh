#!/usr/bin/env bash
# Starts PostgreSQL in a folder of its own, the server on it, and two desks; says what to try. Everything is gone with it.
# SERVE=no checks that it starts, and ends. DESKS=no opens no browser.
set -euo pipefail
cd "$(dirname "$0")/.."
fuin=${FUIN_PROGRAM:-$PWD/target/release/fuin}
postgres=${FUIN_POSTGRES:-/usr/lib/postgresql/15/bin}
[ -x "$postgres/postgres" ] || { echo "PostgreSQL is not in $postgres: scripts/setup.sh database brings it" >&2; exit 1; }
port=${PORT:-8443}
home=$(mktemp -d)
# PostgreSQL does not run as root.
as=()
[ "$(id -u)" != 0 ] || { as=(runuser -u postgres --); chown postgres: "$home"; }
running=()
end() {
  ((${#running[@]} == 0)) || kill "${running[@]}" 2> /dev/null || true
  "${as[@]}" "$postgres/pg_ctl" -D "$home/data" -m immediate stop > /dev/null 2>&1 || true
  rm -rf "$home"
}
trap end EXIT

echo "== a database of its own, in $home"
cd "$home"
"${as[@]}" "$postgres/initdb" -A trust -E UTF8 -U owner --no-instructions -D "$home/data" > "$home/log" 2>&1
"${as[@]}" "$postgres/pg_ctl" -D "$home/data" -w -l "$home/data/log" -o "-k $home -c listen_addresses=" start > /dev/null
sql() { "${as[@]}" "$postgres/psql" -qtA -h "$home" -U owner -d "$1" -c "$2"; }
sql postgres "CREATE DATABASE fuin"
at() { echo "postgres://$1@localhost/fuin?host=$home"; }
FUIN_STORE=$(at owner) "$fuin" server migrate
sql fuin "CREATE ROLE desk LOGIN IN ROLE fuin_service"

echo "== an office that worked on one PC until now is brought along"
umask 077
"$fuin" passphrase > passphrase.txt
"$fuin" --quiet office new --rules minato --name 港区防災課（見本） --contact 03-0000-0000 \
  --passphrase-file passphrase.txt office > /dev/null
record() { "$fuin" record --office office --passphrase-file passphrase.txt "$@" > /dev/null; }
record person '課長 見本花子' --role decider --role handler
record --operator '課長 見本花子' person '係長 見本太郎' --role handler
record --operator '課長 見本花子' person '監査 見本三郎' --role auditor
export FUIN_STORE
FUIN_STORE=$(at desk)
office=$("$fuin" --json server import --office office | sed 's/.*"office":"\([^"]*\)".*/\1/')
invite() { "$fuin" --json server invite "$1" --office "$office" | sed 's/.*"word":"\([^"]*\)".*/\1/'; }
first=$(invite '課長 見本花子')
second=$(invite '係長 見本太郎')

echo "== the server"
FUIN_LOG=warn "$fuin" serve --listen "127.0.0.1:$port" > served.txt 2> served.log &
running+=($!)
until grep -q "http://127.0.0.1:$port/" served.txt; do
  kill -0 "${running[0]}" 2> /dev/null || { cat served.log >&2; exit 1; }
  sleep 0.1
done
node -e 'fetch(process.argv[1]).then((answer) => process.exit(answer.ok ? 0 : 1))' "http://127.0.0.1:$port/healthz"

cat <<MSG

Two desks of one office at http://127.0.0.1:$port/#office
  課長 見本花子   招待の言葉 $first
  係長 見本太郎   招待の言葉 $second
  課の鍵  $home/office/office.key   合言葉 $(cat passphrase.txt)
  1. In each window: 「はじめての方…」, type the word, choose a password; then take the office over with the key.
  2. The first desk enrols itself. The second waits: approve it at the first under 設定, by the words on both screens.
  3. Record a request at the second; it appears at the first at once. The first decides it; the second cannot.
  4. Kill the server (kill -9 ${running[0]}): both desks say so, and can read. Strike a desk off under 設定.
MSG
[ "${SERVE:-yes}" = no ] && exit 0
browser=$(command -v chromium chromium-browser google-chrome 2> /dev/null | head -1 || true)
if [ "${DESKS:-yes}" != no ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -n "$browser" ]; then
  for desk in 1 2; do
    "$browser" --user-data-dir="$home/desk$desk" --no-first-run "http://127.0.0.1:$port/#office" > /dev/null 2>&1 &
    running+=($!)
  done
else
  echo "(Open it in two browsers, or in one window and one private window.)"
fi
echo "Ctrl-C ends all of it."
wait "${running[0]}"
