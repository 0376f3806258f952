//! A device with passkeys, for tests: what WebAuthn Level 3 has it answer (§6.1 authenticator data, §6.5.4 attestation
//! object, §6.3.3 assertion).
#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops at the first surprise")]

use ciborium::{Value as Cbor, into_writer};
use data_encoding::BASE64URL_NOPAD;
use fuin_core::{SigningKey, sha256};
use serde_json::{Value, json};

/// User present, user verified, attested credential data (§6.1).
const PRESENT: u8 = 1;
const VERIFIED: u8 = 4;
const ATTESTED: u8 = 64;

/// What may be wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    Nothing,
    Origin,
    Challenge,
    Party,
    Unverified,
    Signature,
    Type,
    Counter,
}

pub struct Device {
    pub key: SigningKey,
    pub id: Vec<u8>,
    pub handle: Vec<u8>,
    pub counter: u32,
    pub origin: String,
}

fn base64(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

impl Device {
    pub fn new(key: SigningKey, origin: &str) -> Self {
        Self { key, id: vec![7; 20], handle: vec![], counter: 0, origin: origin.into() }
    }

    fn client(&self, kind: &str, challenge: &str, odd: Odd) -> Vec<u8> {
        let kind = if odd == Odd::Type { "webauthn.other" } else { kind };
        let origin = if odd == Odd::Origin { "https://evil.example" } else { &self.origin };
        let challenge = if odd == Odd::Challenge { base64(&[9; 32]) } else { challenge.to_owned() };
        let said = json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false });
        said.to_string().into_bytes()
    }

    fn data(&self, party: &str, flags: u8, odd: Odd) -> Vec<u8> {
        let party = if odd == Odd::Party { "evil.example" } else { party };
        let flags = if odd == Odd::Unverified { flags & !VERIFIED } else { flags };
        [sha256(party.as_bytes()).as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// RegistrationResponseJSON for PublicKeyCredentialCreationOptionsJSON; `algorithm` is the key's (RFC 9053).
    pub fn creates(&mut self, asked: &Value, algorithm: i64, odd: Odd) -> Value {
        self.handle = BASE64URL_NOPAD.decode(asked["user"]["id"].as_str().unwrap().as_bytes()).unwrap();
        let point = self.key.public().to_point();
        let int = |n: i64| Cbor::Integer(n.into());
        let cose = Cbor::Map(vec![
            (int(1), int(2)),
            (int(3), int(algorithm)),
            (int(-1), int(1)),
            (int(-2), Cbor::Bytes(point[1..33].to_vec())),
            (int(-3), Cbor::Bytes(point[33..].to_vec())),
        ]);
        let mut key = Vec::new();
        into_writer(&cose, &mut key).unwrap();
        let mut data = self.data(asked["rp"]["id"].as_str().unwrap(), PRESENT | VERIFIED | ATTESTED, odd);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(key);
        let text = |text: &str| Cbor::Text(text.into());
        let object = Cbor::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), Cbor::Map(vec![])),
            (text("authData"), Cbor::Bytes(data)),
        ]);
        let mut attestation = Vec::new();
        into_writer(&object, &mut attestation).unwrap();
        let client = self.client("webauthn.create", asked["challenge"].as_str().unwrap(), odd);
        json!({
            "id": base64(&self.id), "rawId": base64(&self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64(&client), "attestationObject": base64(&attestation),
                "transports": ["internal"],
            },
        })
    }

    /// AuthenticationResponseJSON for PublicKeyCredentialRequestOptionsJSON.
    pub fn answers(&mut self, asked: &Value, odd: Odd) -> Value {
        self.counter = if odd == Odd::Counter { self.counter } else { self.counter + 1 };
        let data = self.data(asked["rpId"].as_str().unwrap(), PRESENT | VERIFIED, odd);
        let client = self.client("webauthn.get", asked["challenge"].as_str().unwrap(), odd);
        let signed = [data.as_slice(), &sha256(&client)].concat();
        let mut signature = der(&self.key.sign_bytes(&signed));
        if odd == Odd::Signature {
            let last = signature.len() - 1;
            signature[last] ^= 1;
        }
        json!({
            "id": base64(&self.id), "rawId": base64(&self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64(&client), "authenticatorData": base64(&data),
                "signature": base64(&signature), "userHandle": base64(&self.handle),
            },
        })
    }
}

/// r ‖ s as the SEQUENCE of two INTEGERs that WebAuthn has (RFC 3279 §2.2.3).
fn der(signature: &[u8]) -> Vec<u8> {
    let int = |bytes: &[u8]| {
        let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len() - 1);
        let mut value = bytes[start..].to_vec();
        if value[0] & 0x80 != 0 {
            value.insert(0, 0);
        }
        [&[2, value.len() as u8], value.as_slice()].concat()
    };
    let both = [int(&signature[..32]), int(&signature[32..])].concat();
    [&[0x30, both.len() as u8], both.as_slice()].concat()
}
