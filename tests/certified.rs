//! Identity and time from outside (FORMAT.md §14), with certificates, lists, OCSP answers and time stamps that openssl
//! made, of RSA and of P-256.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use data_encoding::BASE64URL_NOPAD;
use fuin_core::{
    CertificateStanding, Certification, CertificationRecord, Coded, Identity, Jws, Revocation, Roots,
    Secret32, SigningKey, TimeStamp, Timestamp, X509Error,
};
use fuin_tests::{
    authority::{Authority, this_moment},
    office_key, time,
};

const OFFICE: &str = "港区防災課";

/// The certification by a chain and its key, as the code of what was wrong, or the path and the standing.
struct Asked<'a> {
    authority: &'a Authority,
    chain: &'a str,
    key: &'a str,
    root: &'a str,
    said: &'a [&'a str],
    at: Timestamp,
    vouched: bool,
}

impl<'a> Asked<'a> {
    fn of(authority: &'a Authority) -> Self {
        let said = &["root.crl", "clean.crl"];
        Self {
            authority,
            chain: "chain.pem",
            key: "office",
            root: "root.pem",
            said,
            at: this_moment(),
            vouched: false,
        }
    }

    fn certification(&self) -> Result<Certification, X509Error> {
        // A certificate that is over was good when it signed.
        let signed_at = time("2026-03-01T00:00:00+09:00");
        let key = office_key().public();
        self.authority.certify(self.chain, self.key, (OFFICE, &key), signed_at)?.verify()
    }

    fn judge(&self) -> Result<Identity, &'static str> {
        let certification = self.certification().map_err(|error| error.code())?;
        let (roots, said) = (self.authority.roots(self.root), self.authority.said(self.said));
        certification
            .judge(&roots, &said, self.at, self.vouched.then_some(self.at))
            .map_err(|error| error.code())
    }

    fn standing(&self) -> CertificateStanding {
        self.judge().unwrap().standing
    }
}

#[test]
fn a_chain_leads_to_the_root_that_was_given() {
    for authority in Authority::both() {
        let identity = Asked::of(authority).judge().unwrap();
        assert_eq!(identity.path, ["例示市長", "試験 組織認証局", "試験 ルート認証局"]);
        assert_eq!(identity.standing, CertificateStanding::Good);
        // The organisation's own authority may be the root; a root of the same name and another key is none.
        let by_mid = Asked { root: "mid.pem", ..Asked::of(authority) }.judge().unwrap();
        assert_eq!(by_mid.path.len(), 2);
        // Of a certificate that is trusted by itself nobody says anything.
        let itself = Asked { root: "office.pem", ..Asked::of(authority) }.judge().unwrap();
        assert_eq!(itself.standing, CertificateStanding::Unknown { holder: "例示市長".into() });
        assert_eq!(
            Asked { root: "foreign.pem", ..Asked::of(authority) }.judge().err(),
            Some("x509_signature")
        );
        assert_eq!(Asked { root: "tsa.pem", ..Asked::of(authority) }.judge().err(), Some("x509_chain"));
        assert_eq!(Asked { chain: "office.pem", ..Asked::of(authority) }.judge().err(), Some("x509_chain"));
        let none = Asked::of(authority).certification().unwrap();
        assert_eq!(none.judge(&Roots::default(), &[], this_moment(), None), Err(X509Error::Chain));
    }
}

#[test]
fn a_chain_that_may_not_lead_there_is_refused() {
    for authority in Authority::both() {
        let refused = |name: &str| {
            let chain = format!("{name}-chain.pem");
            Asked { chain: &chain, key: name, ..Asked::of(authority) }.judge().map(|identity| identity.path)
        };
        for (name, code) in [
            ("by_person", "x509_use"),
            ("by_sub", "x509_use"),
            ("by_constrained", "x509_use"),
            ("by_unsigning", "x509_use"),
            ("enciphering", "x509_use"),
            ("odd", "x509_use"),
            ("server", "x509_use"),
            ("expired", "x509_period"),
        ] {
            assert_eq!(refused(name), Err(code), "{name}");
        }
        let then = time("2026-03-01T00:00:00+09:00");
        let expired = Asked { chain: "expired-chain.pem", key: "expired", at: then, ..Asked::of(authority) };
        assert_eq!(expired.judge().unwrap().path[0], "例示市長（期限切れ）");
        let before = Asked { at: time("2025-12-31T00:00:00+09:00"), ..Asked::of(authority) };
        assert_eq!(before.judge().err(), Some("x509_period"));
    }
}

#[test]
fn what_the_issuers_said_later_decides_by_the_time_of_signing() {
    let unknown = |holder: &str| CertificateStanding::Unknown { holder: holder.into() };
    let is_revoked = |standing| matches!(standing, CertificateStanding::Revoked { .. });
    for authority in Authority::both() {
        let with = |said: &[&str]| Asked { said, ..Asked::of(authority) }.standing();
        assert_eq!(with(&["root.crl", "good.ocsp"]), CertificateStanding::Good);
        assert_eq!(with(&["root.crl", "by-issuer.ocsp"]), CertificateStanding::Good);
        // Nothing, something of another time, of another authority, of somebody who may not say it, a part of a list.
        for said in [
            &["root.crl"][..],
            &["root.crl", "old.crl"],
            &["root.crl", "delta.crl"],
            &["root.crl", "by-anybody.ocsp"],
        ] {
            assert_eq!(with(said), unknown("例示市長"), "{said:?}");
        }
        assert_eq!(with(&["clean.crl"]), unknown("試験 組織認証局"));
        assert!(is_revoked(with(&["root.crl", "revoked.crl"])));
        assert!(is_revoked(with(&["root.crl", "clean.crl", "revoked.ocsp"])));
        // It was good when it signed, by a list of today as well; but a key that is in other hands may have signed
        // today and written an earlier day, unless somebody else vouches for that.
        let then = time("2026-02-20T00:00:00+09:00");
        let earlier =
            |said: &[&str], vouched| Asked { said, at: then, vouched, ..Asked::of(authority) }.standing();
        assert_eq!(earlier(&["root.crl", "revoked.crl"], false), CertificateStanding::Good);
        assert_eq!(earlier(&["root.crl", "old.crl"], false), CertificateStanding::Good);
        // Without a reason a key may be in other hands, and one that was bad before was bad before.
        assert!(is_revoked(earlier(&["root.crl", "no-reason.crl"], false)));
        assert!(is_revoked(earlier(&["root.crl", "bad-before.crl"], true)));
        // Who was only held is free again; a list for other certificates says nothing.
        assert!(is_revoked(with(&["root.crl", "held.crl"])));
        assert_eq!(with(&["root.crl", "held.crl", "freed.crl"]), CertificateStanding::Good);
        assert_eq!(with(&["root.crl", "part.crl"]), unknown("例示市長"));
        for exposed in ["exposed.crl", "exposed.ocsp"] {
            assert!(is_revoked(earlier(&["root.crl", exposed], false)), "{exposed}");
            assert_eq!(earlier(&["root.crl", exposed], true), CertificateStanding::Good, "{exposed}");
        }
    }
    // A list of one authority says nothing of the other's certificates, whatever its name.
    let [rsa, p256] = Authority::both();
    let certification = Asked::of(rsa).certification().unwrap();
    let foreign = p256.said(&["root.crl", "revoked.crl"]);
    let identity = certification.judge(&rsa.roots("root.pem"), &foreign, this_moment(), None).unwrap();
    assert_eq!(identity.standing, unknown("例示市長"));
}

/// A time stamp that came when the certificate was over takes nothing away.
#[test]
fn a_late_stamp_changes_nothing() {
    for authority in Authority::both() {
        let asked = Asked { chain: "expired-chain.pem", key: "expired", ..Asked::of(authority) };
        let (certification, said) =
            (asked.certification().unwrap(), authority.said(&["root.crl", "clean.crl", "old.crl"]));
        let judge = |stamped| {
            certification.judge(
                &authority.roots("root.pem"),
                &said,
                time("2026-02-20T00:00:00+09:00"),
                stamped,
            )
        };
        let (without, with) = (judge(None).unwrap(), judge(Some(this_moment())).unwrap());
        assert_eq!((without.standing.clone(), with.vouched), (with.standing, false));
        assert_eq!(without.standing, CertificateStanding::Good);
        assert!(judge(Some(time("2026-02-21T00:00:00+09:00"))).unwrap().vouched);
    }
}

#[test]
fn a_certification_counts_for_one_key_of_one_office() {
    for authority in Authority::both() {
        let certification = Asked::of(authority).certification().unwrap();
        let (ours, other) =
            (office_key().public(), SigningKey::from_scalar(&Secret32::new([3; 32])).unwrap().public());
        assert_eq!(certification.ensure_of(&ours, OFFICE), Ok(()));
        assert_eq!(certification.ensure_of(&other, OFFICE), Err(X509Error::OtherKey));
        assert_eq!(certification.ensure_of(&ours, "別の課"), Err(X509Error::OtherKey));
        // Another's private key; another's certificate.
        let by_other = authority.certify("chain.pem", "tsa", (OFFICE, &ours), this_moment());
        assert_eq!(by_other.map(drop), Err(X509Error::Signature("certification")));
    }
}

/// Every byte of the three parts changed, one after the other: nothing altered is taken for genuine.
#[test]
fn an_altered_certification_is_refused() {
    for authority in Authority::both() {
        let record = authority
            .certify("chain.pem", "office", (OFFICE, &office_key().public()), this_moment())
            .unwrap();
        let parts: Vec<Vec<u8>> = record
            .document
            .as_str()
            .split('.')
            .map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap())
            .collect();
        let with = |parts: &[Vec<u8>]| {
            let text: Vec<String> = parts.iter().map(|part| BASE64URL_NOPAD.encode(part)).collect();
            CertificationRecord { document: Jws::new(&text.join(".")), revocation: Vec::new() }.verify()
        };
        assert!(with(&parts).is_ok());
        for part in 0..3 {
            // Of the header's thousands of bytes some.
            for at in (0..parts[part].len()).step_by(if part == 0 { 17 } else { 1 }) {
                let mut altered = parts.clone();
                altered[part][at] ^= 1;
                assert!(with(&altered).is_err(), "byte {at} of part {part}");
            }
        }
    }
}

#[test]
fn a_time_stamp_is_of_one_document() {
    let document = office_key().sign(fuin_core::Typ::Receipt, b"{}");
    for authority in Authority::both() {
        let stamp = authority.stamp(&document);
        assert_eq!(stamp.ensure_of(&document), Ok(()));
        let other = office_key().sign(fuin_core::Typ::Receipt, b"{ }");
        assert_eq!(stamp.ensure_of(&other), Err(X509Error::OtherDocument));
        let now = this_moment().unix_secs();
        assert!((now - 60..=now).contains(&stamp.at().unix_secs()), "{}", stamp.at());
        assert_eq!(stamp.authority(), "試験 時刻認証局");
        let unknown = CertificateStanding::Unknown { holder: "試験 時刻認証局".into() };
        let vouched =
            |root: &str, said: &[&str]| stamp.vouched_by(&authority.roots(root), &authority.said(said));
        assert_eq!(vouched("root.pem", &[]), Ok(unknown));
        assert_eq!(vouched("root.pem", &["root.crl"]), Ok(CertificateStanding::Good));
        // A key in other hands may have written any time.
        assert!(matches!(vouched("root.pem", &["tsa-exposed.crl"]), Ok(CertificateStanding::Revoked { .. })));
        assert_eq!(vouched("foreign.pem", &[]), Err(X509Error::Signature("certificate")));
        assert_eq!(vouched("mid.pem", &[]), Err(X509Error::Chain));
        // As old authorities name their certificate, by SHA-1.
        let old = authority.reply(&TimeStamp::query(&document), "tsa", "tsa-sha1.cnf");
        assert!(TimeStamp::from_reply(&old).is_ok_and(|stamp| stamp.ensure_of(&document).is_ok()));
    }
}

#[test]
fn a_stamp_of_whoever_may_not_give_one_is_refused() {
    let document = office_key().sign(fuin_core::Typ::Receipt, b"{}");
    for authority in Authority::both() {
        let stamp = authority.stamp(&document);
        // openssl itself refuses to sign with such certificates: another's is put in their place, which the signed
        // attributes name.
        for name in ["tsa_not_critical", "tsa_and_more", "office"] {
            let [good, bad] = ["tsa", name].map(|name| {
                let pem = String::from_utf8(authority.file(&format!("{name}.pem"))).unwrap();
                let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
                data_encoding::BASE64.decode(body.as_bytes()).unwrap()
            });
            let at = stamp.der().windows(good.len()).position(|bytes| bytes == good).unwrap();
            let replaced = [&stamp.der()[..at], &bad, &stamp.der()[at + good.len()..]].concat();
            assert!(TimeStamp::read(&replaced).is_err(), "{name}");
        }
        assert_eq!(TimeStamp::from_reply(&refusal()), Err(X509Error::NotGranted));
        assert!(TimeStamp::from_reply(&TimeStamp::query(&document)).is_err());
    }
}

/// `TimeStampResp` with status 2, rejection (RFC 3161 §2.4.2).
fn refusal() -> Vec<u8> {
    vec![0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02]
}

#[test]
fn an_altered_time_stamp_is_refused() {
    let document = office_key().sign(fuin_core::Typ::Receipt, b"{}");
    for authority in Authority::both() {
        let (stamp, roots) = (authority.stamp(&document), authority.roots("root.pem"));
        let is_taken = |der: &[u8]| {
            TimeStamp::read(der)
                .and_then(|read| read.ensure_of(&document).and(read.vouched_by(&roots, &[])).map(|_| read))
        };
        assert!(is_taken(stamp.der()).is_ok());
        for at in 0..stamp.der().len() {
            let mut altered = stamp.der().to_vec();
            altered[at] ^= 1;
            // What nobody signs may change: certificates beside the signer's, and numbers of versions.
            if let Ok(read) = is_taken(&altered) {
                assert_eq!((read.at(), read.serial()), (stamp.at(), stamp.serial()), "byte {at}");
            }
        }
        for len in 0..stamp.der().len() {
            assert!(TimeStamp::read(&stamp.der()[..len]).is_err(), "cut to {len}");
        }
    }
}

#[test]
fn files_are_read_as_people_get_them() {
    let authority = Authority::get("p256");
    let pem = authority.file("root.pem");
    let der = fuin_core::Certificate::read_all(&pem).unwrap()[0].der().to_vec();
    assert_eq!(Roots::read([der.as_slice()]), Roots::read([pem.as_slice()]));
    let with_words =
        [b"Bag Attributes\r\n  friendlyName: root\r\n".as_slice(), &pem, b"\r\nand more words\r\n"].concat();
    assert_eq!(Roots::read([with_words.as_slice()]), Roots::read([pem.as_slice()]));
    for odd in [
        &b""[..],
        b"-----BEGIN CERTIFICATE-----",
        b"hello",
        &authority.file("office.key"),
        &authority.file("root.crl"),
    ] {
        assert!(Roots::read([odd]).is_err());
        assert!(Revocation::read_all(odd).is_err() || odd == authority.file("root.crl"));
    }
}
