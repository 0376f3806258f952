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
    /// Its name, as the browser gave it.
    pub id: String,
    /// 256 bits in hexadecimal; the same each time. For the browser to keep under it, not to be kept.
    pub secret: String,
}

/// Nobody checks the answer, so the challenge is no secret; the other text is what the secret is of.
const ASKED: &str = "\"challenge\":\"RnVpbiBkZXZpY2Uga2V5\",\"userVerification\":\"required\",\
    \"extensions\":{\"prf\":{\"eval\":{\"first\":\"RnVpbiBkZXZpY2Uga2V5\"}}}";

/// Bytes of such a secret.
const SECRET_BYTES: usize = 32;

impl Guard {
    /// Makes a new passkey on this device, and asks for its secret.
    pub async fn make() -> Result<Self, BrowserError> {
        let person = data_encoding::BASE64URL_NOPAD.encode(&BrowserEntropy.array::<16>());
        let asked = [
            "{\"rp\":{\"name\":\"Fuin\"},\"user\":{\"name\":\"Fuin\",\"displayName\":\"Fuin\",\"id\":\"",
            &person,
            "\"},\"pubKeyCredParams\":[{\"type\":\"public-key\",\"alg\":-7},{\"type\":\"public-key\",\"alg\":-257}],\
             \"authenticatorSelection\":{\"userVerification\":\"required\"},",
            ASKED,
            "}",
        ];
        let made = credential(Asks::ForNew, &asked.concat()).await?;
        // Few devices give the secret at once.
        Self::ask(&Reflect::get(&made, &"id".into())?.as_string().unwrap_or_default()).await
    }

    /// Asks for the secret of a passkey that was made here.
    pub async fn ask(id: &str) -> Result<Self, BrowserError> {
        let asked = ["{\"allowCredentials\":[{\"type\":\"public-key\",\"id\":\"", id, "\"}],", ASKED, "}"];
        let credential = credential(Asks::ForOne, &asked.concat()).await?;
        let results = method(&credential, "getClientExtensionResults")?.call0(&credential)?;
        let within = |at: JsValue, name: &&str| Reflect::get(&at, &(*name).into());
        let first = ["prf", "results", "first"].iter().try_fold(results, within);
        let secret = first.map(|first| Uint8Array::new(&first).to_vec()).unwrap_or_default();
        if secret.len() != SECRET_BYTES {
            return Err(BrowserError::new("this passkey gives no secret (prf)"));
        }
        Ok(Self { id: id.to_owned(), secret: data_encoding::HEXLOWER.encode(&secret) })
    }
}
