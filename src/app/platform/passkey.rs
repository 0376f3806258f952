//! Passkeys: what this device is asked by the server from which the page came, and what it answers (WebAuthn Level 3,
//! §5.1.8 and §5.1.9: both as JSON).
//!
//! Entry points: [`is_possible`], [`answer`]. Absent: whether an answer is good, which the server says.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{BrowserError, page};

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
    let credential = JsFuture::from(promise).await?;
    let json = method(&credential, "toJSON")?.call0(&credential)?;
    JSON::stringify(&json)?.as_string().ok_or(BrowserError::new("no answer"))
}
