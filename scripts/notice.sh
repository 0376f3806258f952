#!/usr/bin/env bash
# Writes NOTICE: the licences of all crates that are linked into the page, its modules and the command line; and
# src/app/NOTICE, those of the page alone, which carries them.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for part in app modules cli; do
  echo "== licences of src/$part"
  cargo about generate --offline --fail -m "src/$part/Cargo.toml" about.hbs -o "$folder/$part.txt"
done
node scripts/notice.mjs "$folder/app.txt" "$folder/modules.txt" > "$folder/page"
node scripts/notice.mjs "$folder/app.txt" "$folder/modules.txt" "$folder/cli.txt" > "$folder/all"
mv "$folder/page" src/app/NOTICE
mv "$folder/all" NOTICE
