#!/usr/bin/env bash
# Certificates, lists of revoked ones, OCSP answers and a time-stamping authority, made with openssl for tests:
# authority.sh rsa|p256 FOLDER. Nothing of it is kept; the private keys are worth nothing.
set -euo pipefail
algorithm=$1
mkdir -p "$2"
cd "$2"
export CA=root
exec 2>openssl.log

# key NAME: those that do not matter are all the same, since RSA keys take their time
key() {
  case $1 in root | foreign | mid | office | tsa) ;; *) cp office.key "$1.key" && return ;; esac
  case $algorithm in
    rsa) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key" ;;
    p256) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" ;;
  esac
}

cat >ca.cnf <<'END'
[ca]
default_ca = authority
[authority]
dir = .
database = ./$ENV::CA.index
serial = ./$ENV::CA.serial
crlnumber = ./$ENV::CA.crlnumber
new_certs_dir = .
default_md = sha256
policy = names
unique_subject = no
copy_extensions = none
default_crl_days = 30
[names]
commonName = supplied
[req]
distinguished_name = names
utf8 = yes
string_mask = utf8only
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[mid]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
authorityKeyIdentifier = keyid
certificatePolicies = critical,1.2.392.200149.8.5.1.1.10
[constrained]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
nameConstraints = critical,permitted;DNS:example.jp
[unsigning]
basicConstraints = critical,CA:TRUE
keyUsage = critical,cRLSign
[office]
keyUsage = critical,digitalSignature,nonRepudiation
authorityKeyIdentifier = keyid
certificatePolicies = critical,1.2.392.200149.8.5.1.1.10
[enciphering]
keyUsage = critical,keyEncipherment
[odd]
1.2.392.200149.99 = critical,DER:0500
[tsa]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa_not_critical]
extendedKeyUsage = timeStamping
[tsa_and_more]
extendedKeyUsage = critical,timeStamping,emailProtection
[server]
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
[part]
issuingDistributionPoint = critical,@place
[place]
fullname = URI:http://example.jp/part-7.crl
[ocsp]
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
[delta]
2.5.29.27 = critical,DER:020101
END

cat >tsa.cnf <<'END'
[tsa]
default_tsa = authority
[authority]
dir = .
serial = ./tsa.serial
certs = ./root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
END
sed 's/ess_cert_id_alg = sha256/ess_cert_id_alg = sha1/' tsa.cnf >tsa-sha1.cnf

# authority NAME: the books of one
authority() {
  : >"$1.index"
  echo 01 >"$1.serial"
  echo 01 >"$1.crlnumber"
}
# root NAME COMMON-NAME
root() {
  authority "$1"
  key "$1"
  openssl req -new -x509 -key "$1.key" -config ca.cnf -extensions root -subj "/CN=$2" -utf8 -days 3650 -out "$1.pem"
}
# issue NAME ISSUER SECTION COMMON-NAME [FROM UNTIL]
issue() {
  authority "$1"
  key "$1"
  openssl req -new -key "$1.key" -config ca.cnf -utf8 -subj "/CN=$4" -out "$1.csr"
  CA=$2 openssl ca -batch -notext -config ca.cnf -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" -extensions "$3" \
    -startdate "${5:-20260101000000Z}" -enddate "${6:-20361231235959Z}" -out "$1.pem" -utf8 >/dev/null
}
# list ISSUER FILE [OPTION…]: of all that it has revoked so far
list() {
  local issuer=$1 file=$2
  shift 2
  CA=$issuer openssl ca -config ca.cnf -cert "$issuer.pem" -keyfile "$issuer.key" -gencrl -out "$file" "$@"
}
# answer FILE CERTIFICATE RESPONDER: of the organisation's authority, for seven days
answer() {
  openssl ocsp -issuer mid.pem -cert "$2.pem" -reqout ocsp.req -no_nonce >/dev/null
  openssl ocsp -index mid.index -CA mid.pem -rsigner "$3.pem" -rkey "$3.key" -reqin ocsp.req -respout "$1" -ndays 7 >/dev/null
}

root root "試験 ルート認証局"
root foreign "試験 ルート認証局"
issue mid root mid "試験 組織認証局"
issue office mid office "例示市長"
issue expired mid office "例示市長（期限切れ）" 20260101000000Z 20260630235959Z
issue other mid office "別の職"
issue enciphering mid enciphering "例示市長（暗号用）"
issue server mid server "例示市長（サーバー用）"
issue odd mid odd "例示市長（読めない拡張）"
issue ocsp mid ocsp "試験 OCSP"
issue tsa root tsa "試験 時刻認証局"
issue tsa_not_critical root tsa_not_critical "試験 時刻認証局"
issue tsa_and_more root tsa_and_more "試験 時刻認証局"
# Authorities that are none, or not for this.
issue person root office "認証局でない人"
issue by_person person office "例示市長"
issue sub mid root "組織認証局の下"
issue by_sub sub office "例示市長"
issue constrained root constrained "名前を制限した認証局"
issue by_constrained constrained office "例示市長"
issue unsigning root unsigning "署名しない認証局"
issue by_unsigning unsigning office "例示市長"

list root root.crl
list mid clean.crl
list mid old.crl -crl_lastupdate 20260201000000Z -crl_nextupdate 20260301000000Z
list mid delta.crl -crlexts delta
list mid part.crl -crlexts part
answer good.ocsp office ocsp
answer by-issuer.ocsp office mid
answer by-anybody.ocsp office other
CA=mid openssl ca -config ca.cnf -cert mid.pem -keyfile mid.key -revoke office.pem -crl_reason superseded
list mid revoked.crl
answer revoked.ocsp office ocsp
# revoked_for REASON: as the books of the organisation's authority have it
revoked_for() { sed -i -E "s/^R\t([^\t]*)\t([0-9]*Z)[^\t]*/R\t\1\t\2$1/" mid.index; }
revoked_for ,keyCompromise
list mid exposed.crl
answer exposed.ocsp office ocsp
revoked_for ""
list mid no-reason.crl
revoked_for ,keyTime,20260101000000Z
list mid bad-before.crl
revoked_for ,holdInstruction,holdInstructionReject
list mid held.crl
sed -i -E 's/^R\t([^\t]*)\t[^\t]*/V\t\1\t/' mid.index
list mid freed.crl -crl_lastupdate "$(date -u -d 'now + 1 minute' +%Y%m%d%H%M%SZ)" -crl_nextupdate 20361231000000Z
CA=root openssl ca -config ca.cnf -cert root.pem -keyfile root.key -revoke tsa.pem -crl_reason keyCompromise
list root tsa-exposed.crl

cat office.pem mid.pem >chain.pem
for name in expired enciphering server odd; do cat $name.pem mid.pem >"$name-chain.pem"; done
cat by_person.pem person.pem >by_person-chain.pem
cat by_sub.pem sub.pem mid.pem >by_sub-chain.pem
cat by_constrained.pem constrained.pem >by_constrained-chain.pem
cat by_unsigning.pem unsigning.pem >by_unsigning-chain.pem
