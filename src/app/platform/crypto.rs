//! WebCrypto: bulk decryption, and keys that cannot be taken out of this browser.

use fuin_core::{
    BundleId, CHUNK_BYTES, Jws, MessageKey, PublicKey, SEALED_CHUNK_BYTES, Secret32, SigningKey, TAG_BYTES,
    Unsigned, danger, receipt_secret_input,
};
use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AesGcmParams, CryptoKey, CryptoKeyPair, EcKeyImportParams, EcdhKeyDeriveParams, EcdsaParams, SubtleCrypto,
};

use super::BrowserError;

fn subtle() -> Result<SubtleCrypto, BrowserError> {
    let crypto = Reflect::get(&js_sys::global(), &"crypto".into())?;
    let crypto: web_sys::Crypto = crypto.dyn_into().map_err(|_| BrowserError::new("no WebCrypto"))?;
    Ok(crypto.subtle())
}

fn usages(names: &[&str]) -> JsValue {
    names.iter().map(|name| JsValue::from_str(name)).collect::<Array>().into()
}

fn key(value: JsValue) -> Result<CryptoKey, BrowserError> {
    value.dyn_into().map_err(|_| BrowserError::new("no key"))
}

/// Encrypts or decrypts runs of chunks with the browser's AES.
pub struct ChunkCipher {
    subtle: SubtleCrypto,
    key: CryptoKey,
    message: MessageKey,
}

impl ChunkCipher {
    /// Imports the key of a message to be read, non-extractable.
    pub async fn new(message: MessageKey) -> Result<Self, BrowserError> {
        Self::import(message, "decrypt").await
    }

    /// Imports the key of a message to be written, non-extractable.
    pub async fn for_sealing(message: MessageKey) -> Result<Self, BrowserError> {
        Self::import(message, "encrypt").await
    }

    async fn import(message: MessageKey, usage: &str) -> Result<Self, BrowserError> {
        let subtle = subtle()?;
        let raw = Uint8Array::from(danger::aes_key(&message).as_slice());
        let imported = subtle.import_key_with_str("raw", &raw, "AES-GCM", false, &usages(&[usage]))?;
        let imported = JsFuture::from(imported).await;
        raw.fill(0, 0, raw.length());
        Ok(Self { subtle, key: key(imported?)?, message })
    }

    /// Decrypts consecutive sealed chunks. All of them are given to the browser at once; their plaintext is
    /// returned in one piece. Fails if any chunk was altered.
    pub async fn open_run(&self, first: u64, sealed: &Uint8Array) -> Result<Vec<u8>, BrowserError> {
        let total = sealed.length() as usize;
        let promises = Array::new();
        for (i, start) in (0..total).step_by(SEALED_CHUNK_BYTES).enumerate() {
            let end = total.min(start + SEALED_CHUNK_BYTES);
            let nonce = Uint8Array::from(self.message.nonce(first + i as u64).as_slice());
            let params = AesGcmParams::new_with_u8_array("AES-GCM", &nonce);
            let chunk = sealed.subarray(start as u32, end as u32);
            let opened = self.subtle.decrypt_with_object_and_js_u8_array(&params, &self.key, &chunk)?;
            promises.push(opened.as_ref());
        }
        let chunks: Array = JsFuture::from(Promise::all(&promises)).await?.unchecked_into();
        let mut plain = vec![0; total - (chunks.length() as usize) * TAG_BYTES];
        for (chunk, out) in chunks.iter().zip(plain.chunks_mut(CHUNK_BYTES)) {
            let chunk: ArrayBuffer = chunk.unchecked_into();
            Uint8Array::new(&chunk).copy_to(out);
        }
        Ok(plain)
    }

    /// Begins to encrypt consecutive chunks of these lengths; they go to the browser at once. What comes is
    /// sealed, in one piece.
    pub fn seal_run(
        &self,
        first: u64,
        plain: &Uint8Array,
        lengths: &[usize],
    ) -> Result<impl Future<Output = Result<Vec<u8>, BrowserError>> + use<>, BrowserError> {
        let promises = Array::new();
        let mut start = 0;
        for (i, len) in lengths.iter().enumerate() {
            let nonce = Uint8Array::from(self.message.nonce(first + i as u64).as_slice());
            let params = AesGcmParams::new_with_u8_array("AES-GCM", &nonce);
            let chunk = plain.subarray(start, start + *len as u32);
            start += *len as u32;
            let sealed = self.subtle.encrypt_with_object_and_js_u8_array(&params, &self.key, &chunk)?;
            promises.push(sealed.as_ref());
        }
        let total = start as usize + lengths.len() * TAG_BYTES;
        let all = Promise::all(&promises);
        Ok(async move {
            let chunks: Array = JsFuture::from(all).await?.unchecked_into();
            let mut sealed = vec![0; total];
            for (chunk, out) in chunks.iter().zip(sealed.chunks_mut(SEALED_CHUNK_BYTES)) {
                let chunk: ArrayBuffer = chunk.unchecked_into();
                Uint8Array::new(&chunk).copy_to(out);
            }
            Ok(sealed)
        })
    }
}

/// A signing key that cannot leave this browser.
#[derive(Clone)]
pub struct DeviceSigningKey {
    key: CryptoKey,
    public: PublicKey,
}

/// A key-agreement key that cannot leave this browser.
#[derive(Clone)]
pub struct DeviceKey {
    key: CryptoKey,
    public: PublicKey,
}

async fn generate(algorithm: &str, use_names: &[&str]) -> Result<(CryptoKey, PublicKey), BrowserError> {
    let params = Object::new();
    Reflect::set(&params, &"name".into(), &algorithm.into())?;
    Reflect::set(&params, &"namedCurve".into(), &"P-256".into())?;
    let subtle = subtle()?;
    let pair = JsFuture::from(subtle.generate_key_with_object(&params, false, &usages(use_names))?).await?;
    let pair: CryptoKeyPair = pair.unchecked_into();
    let raw = JsFuture::from(subtle.export_key("raw", &pair.get_public_key())?).await?;
    let public = PublicKey::from_point(&Uint8Array::new(&raw).to_vec())
        .map_err(|error| BrowserError::new(error.to_string()))?;
    Ok((pair.get_private_key(), public))
}

impl DeviceSigningKey {
    /// A new key.
    pub async fn generate() -> Result<Self, BrowserError> {
        let (key, public) = generate("ECDSA", &["sign", "verify"]).await?;
        Ok(Self { key, public })
    }

    /// Takes over a key from a backup file; from then on it cannot be read out again.
    pub async fn import(secret: &SigningKey) -> Result<Self, BrowserError> {
        let pkcs8 = secret.to_pkcs8();
        let bytes = Uint8Array::from(pkcs8.as_slice());
        let params = EcKeyImportParams::new("ECDSA");
        params.set_named_curve("P-256");
        let imported =
            subtle()?.import_key_with_object("pkcs8", &bytes, &params, false, &usages(&["sign"]))?;
        let imported = JsFuture::from(imported).await;
        bytes.fill(0, 0, bytes.length());
        Ok(Self { key: key(imported?)?, public: secret.public() })
    }

    /// From what [`Self::store`] gave.
    pub fn restore(stored: &JsValue) -> Option<Self> {
        let (key, public) = restore(stored)?;
        Some(Self { key, public })
    }

    /// For IndexedDB: the key itself stays closed.
    pub fn store(&self) -> JsValue {
        store(&self.key, &self.public)
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a document.
    pub async fn sign(&self, unsigned: Unsigned) -> Result<Jws, BrowserError> {
        let params = EcdsaParams::new("ECDSA", &"SHA-256".into());
        let input = Uint8Array::from(unsigned.signing_input());
        let signature = subtle()?.sign_with_object_and_js_u8_array(&params, &self.key, &input)?;
        let signature = Uint8Array::new(&JsFuture::from(signature).await?).to_vec();
        unsigned.attach(&signature).map_err(|error| BrowserError::new(error.to_string()))
    }
}

impl DeviceKey {
    /// A new key.
    pub async fn generate() -> Result<Self, BrowserError> {
        let (key, public) = generate("ECDH", &["deriveBits"]).await?;
        Ok(Self { key, public })
    }

    /// From what [`Self::store`] gave.
    pub fn restore(stored: &JsValue) -> Option<Self> {
        let (key, public) = restore(stored)?;
        Some(Self { key, public })
    }

    /// For IndexedDB: the key itself stays closed.
    pub fn store(&self) -> JsValue {
        store(&self.key, &self.public)
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Diffie-Hellman with another party's key.
    pub async fn diffie_hellman(&self, other: &PublicKey) -> Result<Secret32, BrowserError> {
        let params = EcKeyImportParams::new("ECDH");
        params.set_named_curve("P-256");
        let point = Uint8Array::from(other.to_point().as_slice());
        let subtle = subtle()?;
        let other = subtle.import_key_with_object("raw", &point, &params, false, &usages(&[]))?;
        let other = key(JsFuture::from(other).await?)?;
        let derive = EcdhKeyDeriveParams::new("ECDH", &other);
        let bits = JsFuture::from(subtle.derive_bits_with_object(&derive, &self.key, 256)?).await?;
        Secret32::from_slice(&Uint8Array::new(&bits).to_vec()).ok_or(BrowserError::new("short secret"))
    }
}

fn store(key: &CryptoKey, public: &PublicKey) -> JsValue {
    Array::of2(key, &Uint8Array::from(public.to_point().as_slice())).into()
}

fn restore(stored: &JsValue) -> Option<(CryptoKey, PublicKey)> {
    let pair = stored.dyn_ref::<Array>()?;
    let key = pair.get(0).dyn_into().ok()?;
    let public = PublicKey::from_point(&Uint8Array::new(&pair.get(1)).to_vec()).ok()?;
    Some((key, public))
}

/// The office's receipt master, closed up in this browser.
#[derive(Clone)]
pub struct ReceiptMaster(CryptoKey);

impl ReceiptMaster {
    /// Takes over the secret from the office's key file.
    pub async fn import(secret: &Secret32) -> Result<Self, BrowserError> {
        let params = Object::new();
        Reflect::set(&params, &"name".into(), &"HMAC".into())?;
        Reflect::set(&params, &"hash".into(), &"SHA-256".into())?;
        let bytes = Uint8Array::from(secret.expose().as_slice());
        let imported = subtle()?.import_key_with_object("raw", &bytes, &params, false, &usages(&["sign"]))?;
        let imported = JsFuture::from(imported).await;
        bytes.fill(0, 0, bytes.length());
        Ok(Self(key(imported?)?))
    }

    /// From IndexedDB.
    pub fn restore(stored: JsValue) -> Option<Self> {
        stored.dyn_into().ok().map(Self)
    }

    /// For IndexedDB.
    pub fn store(&self) -> JsValue {
        self.0.clone().into()
    }

    /// The receipt secret of one bundle.
    pub async fn receipt_secret(&self, bundle_id: &BundleId) -> Result<Secret32, BrowserError> {
        let input = Uint8Array::from(receipt_secret_input(bundle_id).as_slice());
        let mac = subtle()?.sign_with_str_and_js_u8_array("HMAC", &self.0, &input)?;
        Secret32::from_slice(&Uint8Array::new(&JsFuture::from(mac).await?).to_vec())
            .ok_or(BrowserError::new("short mac"))
    }
}
