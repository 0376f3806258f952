#!/usr/bin/env bash
# Makes what is handed out, from the commit that is checked out: built twice in two folders, which must give the same
# bytes; what it is made of (CycloneDX); and release.json, which names every file by its SHA-256. Everything goes into
# release/. With FUIN_RELEASE_KEY, a P-256 key in PEM, release.json is signed; `openssl dgst -sha256 -verify` checks it.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

if [ -n "$(git status --porcelain)" ]; then
  echo "What is released is a commit: commit or put away what is changed first." >&2
  exit 1
fi
cargo_home=${CARGO_HOME:-$HOME/.cargo}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The names differ in length too: nothing that is handed out may depend on a folder.
for folder in one another-folder; do
  echo "== building in a clean copy ($folder)"
  git clone --quiet . "$work/$folder"
  (cd "$work/$folder" && scripts/build.sh)
done
for file in dist/fuin.html target/release/fuin; do
  if ! cmp "$work/one/$file" "$work/another-folder/$file"; then
    echo "$file is not the same in two folders: it cannot be built again by anybody else." >&2
    exit 1
  fi
done

rm -rf release
mkdir release
cp "$work/one/dist/fuin.html" "$work/one/target/release/fuin" NOTICE release/
cp src/core/FORMAT.md SECURITY.md release/
echo "== what it is made of (CycloneDX)"
# One for each part that is handed out; none names a folder of whoever made it.
cargo cyclonedx --manifest-path "$work/one/Cargo.toml" --format json --spec-version 1.5 --override-filename parts.cdx --quiet
for part in app modules cli; do
  sed "s#$work/one#.#g" "$work/one/src/$part/parts.cdx.json" > "release/fuin-$part.cdx.json"
done
if grep -l "$HOME\|$work" release/*.json || grep -l "$HOME/\|$work\|$cargo_home/" release/fuin release/fuin.html; then
  echo "These name a folder of this machine." >&2
  exit 1
fi
node scripts/release.mjs release "$(git rev-parse HEAD)" "$(rustc --version)" > "$work/release.json"
mv "$work/release.json" release/
if [ -n "${FUIN_RELEASE_KEY:-}" ]; then
  openssl dgst -sha256 -sign "$FUIN_RELEASE_KEY" -out release/release.json.sig release/release.json
  openssl pkey -in "$FUIN_RELEASE_KEY" -pubout -out release/release.pub.pem
else
  echo "release.json is not signed: set FUIN_RELEASE_KEY to a P-256 key in PEM."
fi
cat release/release.json
