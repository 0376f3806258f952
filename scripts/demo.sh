#!/usr/bin/env bash
# Makes demo/: an office, a sealed sample clip, the viewer beside it; then says what to try and serves it.
# SERVE=no leaves out the serving.
set -euo pipefail
cd "$(dirname "$0")/.."
fuin=$PWD/target/release/fuin
rm -rf demo
mkdir -p demo/stick
cd demo
echo "== making a sample clip with a burnt-in clock"
../scripts/sample-clip.sh clip.mp4
umask 077
"$fuin" passphrase > office-passphrase.txt
"$fuin" passphrase > recipient-passphrase.txt
umask 022
echo "== founding a demo office and sealing the clip"
"$fuin" --quiet office new --rules minato --name 港区防災課（見本） --contact 03-0000-0000 \
  --passphrase-file office-passphrase.txt office > /dev/null
"$fuin" request example --rules minato > request.toml
"$fuin" seal --office office --passphrase-file office-passphrase.txt --request request.toml --clip clip.mp4 \
  --recipient-passphrase-file recipient-passphrase.txt --grant still,print --out stick/sample.fuin --viewer
echo "== checking what was sealed: signature, every chunk, the SHA-256 of the clip"
"$fuin" verify stick/sample.fuin --recipient-passphrase-file recipient-passphrase.txt --office-card office/office-card.jws
echo "== the recipient reports its delivery; the office confirms the code"
id=$("$fuin" --json inspect stick/sample.fuin | sed 's/.*"bundle_id":"\([^"]*\)".*/\1/')
reported=$("$fuin" receipt stick/sample.fuin --recipient-passphrase-file recipient-passphrase.txt --kind delivery \
  --reporter '見本警察署 刑事課 例示花子')
echo "$reported"
"$fuin" confirm --office office --passphrase-file office-passphrase.txt --bundle "$id" \
  --code "$(sed -n 's/^確認コード //p' <<<"$reported")"
"$fuin" ledger export --office office --out ledger.jsonl > /dev/null
port=${PORT:-8377}
echo "== what took time"
cat ../target/times.txt
cat <<MSG

The demo is in $PWD
  1. Open stick/fuin.html in Chromium, Chrome or Edge (by double-click, or http://localhost:$port/stick/fuin.html).
  2. Choose stick/sample.fuin, and type the recipient's passphrase:  $(cat recipient-passphrase.txt)
  3. Watch, then report the return. Confirm it at the desk, fuin.html#office: take over with office/office.key
     (its passphrase: $(cat office-passphrase.txt)), import ledger.jsonl, and enter the code,
     or on the command line: target/release/fuin confirm --office demo/office --passphrase-file demo/office-passphrase.txt RECEIPT.jws
MSG
[ "${SERVE:-yes}" = no ] && exit 0
mkdir -p www && ln -sf ../stick www/stick
echo "Serving the stick on http://localhost:$port/stick/fuin.html (Ctrl-C ends it)"
exec python3 -m http.server --bind 127.0.0.1 --directory www "$port"
