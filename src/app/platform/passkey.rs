//! Passkeys: what this device is asked by the server from which the page came, and what it answers (WebAuthn Level 3,
//! §5.1.8 and §5.1.9: both as JSON); and a secret that only a passkey of this device gives (§10.1.4, `prf`).
//!
//! Entry points: [`is_possible`], [`answer`], [`Guard`]. Absent: whether an answer is good, which the server says; what
//! the secret guards (`device.rs`).

use js_sys::{Function, JSON, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use fuin_core::Entropy as _;

use super::{BrowserError, entropy::BrowserEntropy, page};

fn method(of: &JsValue, name: &str) -> Result<Function, BrowserError> {
    let method = Reflect::get(of, &name.into())?;
    method.dyn_into().map_err(|_| BrowserError::new(format!("no {name}")))
}

fn credential_class() -> Result<JsValue, BrowserError> {
    let class = Reflect::get(&js_sys::global(), &"PublicKeyCredential".into())?;
    if class.is_function() { Ok(class) } else { Err(BrowserError::new("no passkeys")) }
}

/// Whether this browser has passkeys, and takes and gives them as JSON.
pub fn is_possible() -> bool {
    let has = |class: JsValue| method(&class, "parseRequestOptionsFromJSON").is_ok();
    credential_class().is_ok_and(has)
}

/// What a device is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A new passkey: PublicKeyCredentialCreationOptionsJSON.
    ForNew,
    /// An answer by one that it has: PublicKeyCredentialRequestOptionsJSON.
    ForOne,
}

/// Has the device answer, as JSON.
pub async fn answer(asks: Asks, asked: &str) -> Result<String, BrowserError> {
    let credential = credential(asks, asked).await?;
    let json = method(&credential, "toJSON")?.call0(&credential)?;
    JSON::stringify(&json)?.as_string().ok_or(BrowserError::new("no answer"))
}

/// A PublicKeyCredential.
async fn credential(asks: Asks, asked: &str) -> Result<JsValue, BrowserError> {
    let (what, parse) = match asks {
        Asks::ForNew => ("create", "parseCreationOptionsFromJSON"),
        Asks::ForOne => ("get", "parseRequestOptionsFromJSON"),
    };
    let class = credential_class()?;
    let options = method(&class, parse)?.call1(&class, &JSON::parse(asked)?)?;
    let wanted = Object::new();
    Reflect::set(&wanted, &"publicKey".into(), &options)?;
    let window = page::window().ok_or(BrowserError::new("no window"))?;
    let store = Reflect::get(&window.navigator(), &"credentials".into())?;
    let promise: Promise = method(&store, what)?.call1(&store, &wanted)?.unchecked_into();
    Ok(JsFuture::from(promise).await?)
}

/// A passkey that guards what is kept here, and what it gives.
pub struct Guard {
    /// By what it is asked again: its name, as the browser gave it, and what the secret is of. For itself it opens
    /// nothing.
    pub kept: String,
    /// 256 bits in hexadecimal; the same each time. For the browser to keep under it, not to be kept.
    pub secret: String,
}

/// Why there is no secret.
pub enum NoSecret {
    /// It was called off, or the device does not have it; in the browser's words.
    CalledOff(String),
    /// It gives none.
    Without,
}

impl<E: Into<BrowserError>> From<E> for NoSecret {
    fn from(error: E) -> Self {
        Self::CalledOff(error.into().words)
    }
}

/// Bytes of such a secret.
const SECRET_BYTES: usize = 32;

/// What is asked of either kind. Nobody checks the answer, so the challenge is no secret.
fn asked(special: &str, salt: &str) -> String {
    [
        "{",
        special,
        "\"challenge\":\"RnVpbg\",\"hints\":[\"client-device\"],\"extensions\":{\"prf\":{\"eval\":{\"first\":\"",
        salt,
        "\"}}}}",
    ]
    .concat()
}

/// What the device says of its secrets.
fn prf(credential: &JsValue) -> Result<JsValue, BrowserError> {
    let results = method(credential, "getClientExtensionResults")?.call0(credential)?;
    Ok(Reflect::get(&results, &"prf".into())?)
}

/// The secret, where the device gave it.
fn secret(prf: &JsValue) -> Option<String> {
    let first = Reflect::get(&Reflect::get(prf, &"results".into()).ok()?, &"first".into()).ok()?;
    let bytes = Uint8Array::new(&first).to_vec();
    (bytes.len() == SECRET_BYTES).then(|| data_encoding::HEXLOWER.encode(&bytes))
}

impl Guard {
    /// Makes a new passkey on this device, and asks for its secret.
    pub async fn make() -> Result<Self, NoSecret> {
        let random = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
        let salt = random(&BrowserEntropy.array::<32>());
        let special = [
            "\"rp\":{\"name\":\"Fuin\"},\"user\":{\"name\":\"Fuin\",\"displayName\":\"Fuin\",\"id\":\"",
            &random(&BrowserEntropy.array::<16>()),
            "\"},\"pubKeyCredParams\":[{\"type\":\"public-key\",\"alg\":-7},{\"type\":\"public-key\",\"alg\":-257}],\
             \"authenticatorSelection\":{\"userVerification\":\"required\"},",
        ];
        let made = credential(Asks::ForNew, &asked(&special.concat(), &salt)).await?;
        let said = prf(&made)?;
        if said.is_undefined() || !Reflect::get(&said, &"enabled".into())?.is_truthy() {
            return Err(NoSecret::Without);
        }
        let id = Reflect::get(&made, &"id".into())?.as_string().unwrap_or_default();
        let kept = format!("{id} {salt}");
        match secret(&said) {
            Some(secret) => Ok(Self { kept, secret }),
            // Few devices give it at once.
            None => Self::ask(&kept).await,
        }
    }

    /// Asks for the secret of a passkey that was made here.
    pub async fn ask(kept: &str) -> Result<Self, NoSecret> {
        let (id, salt) = kept.split_once(' ').unwrap_or_default();
        let special = [
            "\"userVerification\":\"required\",\"allowCredentials\":[{\"type\":\"public-key\",\"id\":\"",
            id,
            "\"}],",
        ];
        let answer = credential(Asks::ForOne, &asked(&special.concat(), salt)).await?;
        let secret = secret(&prf(&answer)?).ok_or(NoSecret::Without)?;
        Ok(Self { kept: kept.to_owned(), secret })
    }
}
