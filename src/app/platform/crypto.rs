//! WebCrypto: bulk decryption, and handles on keys that are in memory only and cannot be taken out.

use fuin_core::{
    BundleId, CHUNK_BYTES, Entropy, Extensions, Holder, Jws, KEEPER_INPUT, MessageKey, OfficeKeys, PublicKey,
    SEALED_CHUNK_BYTES, Secret32, SigningKey, TAG_BYTES, Unsigned, UnsignedProof, danger,
    extension_seed_input, receipt_secret_input,
};
use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, CryptoKey, EcKeyImportParams, EcdsaParams, SubtleCrypto};

use super::{BrowserError, entropy::BrowserEntropy};

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

/// The office's signing key while a desk is open: whoever has this handle can sign, and cannot take the key out.
#[derive(Debug, Clone)]
pub struct OfficeSigningKey {
    key: CryptoKey,
    public: PublicKey,
}

impl OfficeSigningKey {
    /// Takes over a key; from then on it cannot be read out again.
    pub async fn import(secret: &SigningKey) -> Result<Self, BrowserError> {
        let params = EcKeyImportParams::new("ECDSA");
        params.set_named_curve("P-256");
        let imported = import("pkcs8", &secret.to_pkcs8(), &params, &["sign"]).await?;
        Ok(Self { key: imported, public: secret.public() })
    }

    /// For the browser's message.
    fn to_js(&self) -> Array {
        Array::of2(&self.key, &Uint8Array::from(self.public.to_point().as_slice()))
    }

    /// Out of the browser's message.
    fn from_js(value: &JsValue) -> Option<Self> {
        let parts = value.dyn_ref::<Array>()?;
        let public = PublicKey::from_point(&Uint8Array::new(&parts.get(1)).to_vec()).ok()?;
        Some(Self { key: parts.get(0).dyn_into().ok()?, public })
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a document.
    pub async fn sign(&self, unsigned: Unsigned) -> Result<Jws, BrowserError> {
        let signature = self.sign_bytes(unsigned.signing_input()).await?;
        unsigned.attach(&signature).map_err(|error| BrowserError::new(error.to_string()))
    }

    /// Signs a proof of a line of the ledger.
    pub async fn sign_proof(&self, unsigned: UnsignedProof) -> Result<String, BrowserError> {
        let signature = self.sign_bytes(unsigned.signing_input()).await?;
        unsigned.attach(&signature).ok_or(BrowserError::new("a signature by another key"))
    }

    /// ECDSA with SHA-256: r ‖ s.
    async fn sign_bytes(&self, input: &[u8]) -> Result<Vec<u8>, BrowserError> {
        let params = EcdsaParams::new("ECDSA", &"SHA-256".into());
        let signature =
            subtle()?.sign_with_object_and_js_u8_array(&params, &self.key, &Uint8Array::from(input))?;
        Ok(Uint8Array::new(&JsFuture::from(signature).await?).to_vec())
    }
}

/// The office's receipt master while a desk is open, closed up likewise.
#[derive(Debug, Clone)]
pub struct ReceiptMaster(CryptoKey);

impl ReceiptMaster {
    /// Takes over the secret from the office's key file.
    pub async fn import(secret: &Secret32) -> Result<Self, BrowserError> {
        let params = algorithm("HMAC")?;
        Reflect::set(&params, &"hash".into(), &"SHA-256".into())?;
        Ok(Self(import("raw", secret.expose(), &params, &["sign"]).await?))
    }

    /// HMAC-SHA-256 of the master over a label and what follows it.
    async fn derive(&self, input: &[u8]) -> Result<Secret32, BrowserError> {
        let mac = subtle()?.sign_with_str_and_js_u8_array("HMAC", &self.0, &Uint8Array::from(input))?;
        Secret32::from_slice(&Uint8Array::new(&JsFuture::from(mac).await?).to_vec())
            .ok_or(BrowserError::new("short mac"))
    }

    /// The receipt secret of one slot of a bundle.
    pub async fn receipt_secret(
        &self,
        bundle_id: &BundleId,
        holder: &Holder,
    ) -> Result<Secret32, BrowserError> {
        self.derive(&receipt_secret_input(bundle_id, holder)).await
    }

    /// The key under which the office keeps the keys of its bundles.
    pub async fn keeper(&self) -> Result<Secret32, BrowserError> {
        self.derive(KEEPER_INPUT).await
    }

    /// The extensions of one bundle.
    pub async fn extensions<'a>(&self, bundle_id: &'a BundleId) -> Result<Extensions<'a>, BrowserError> {
        let seed = self.derive(&extension_seed_input(bundle_id)).await?;
        Ok(Extensions::new(bundle_id, seed.expose()))
    }
}

/// Seals what this browser keeps (AES-256-GCM): nonce (12 random bytes) ‖ ciphertext ‖ tag.
#[derive(Debug, Clone)]
pub struct StorageKey(CryptoKey);

/// Bytes of an AES-GCM nonce.
const NONCE_BYTES: usize = 12;

impl StorageKey {
    /// Takes over the secret.
    pub async fn import(secret: &Secret32) -> Result<Self, BrowserError> {
        let params = algorithm("AES-GCM")?;
        Ok(Self(import("raw", secret.expose(), &params, &["encrypt", "decrypt"]).await?))
    }

    fn params(nonce: &[u8], place: &str) -> AesGcmParams {
        let params = AesGcmParams::new_with_u8_array("AES-GCM", &Uint8Array::from(nonce));
        params.set_additional_data_u8_array(&Uint8Array::from(place.as_bytes()));
        params
    }

    /// Seals bytes for one place, where alone they can be opened again.
    pub async fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, BrowserError> {
        let nonce: [u8; NONCE_BYTES] = BrowserEntropy.array();
        let params = Self::params(&nonce, place);
        let sealing =
            subtle()?.encrypt_with_object_and_js_u8_array(&params, &self.0, &Uint8Array::from(plain))?;
        let sealed = Uint8Array::new(&JsFuture::from(sealing).await?).to_vec();
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this place; `None` if it was altered, or sealed for another place or by another key.
    pub async fn open(&self, place: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, BrowserError> {
        let Some((nonce, sealed)) = sealed.split_at_checked(NONCE_BYTES) else { return Ok(None) };
        let params = Self::params(nonce, place);
        let opening =
            subtle()?.decrypt_with_object_and_js_u8_array(&params, &self.0, &Uint8Array::from(sealed))?;
        // WebCrypto has one error for all that can be wrong here.
        Ok(JsFuture::from(opening).await.ok().map(|plain| Uint8Array::new(&plain).to_vec()))
    }

    /// For the browser's message.
    pub(super) fn to_js(&self) -> JsValue {
        self.0.clone().into()
    }

    /// Out of the browser's message.
    pub(super) fn from_js(value: &JsValue) -> Option<Self> {
        value.dyn_ref::<CryptoKey>().cloned().map(Self)
    }
}

/// The office's keys while a desk is open. They are in no storage.
#[derive(Debug, Clone)]
pub struct OfficeHandles {
    /// Signs ledger events and manifests.
    pub signing: OfficeSigningKey,
    /// Make the receipt secrets of bundles: one for each key that the office had, the oldest first.
    masters: Vec<ReceiptMaster>,
    /// Seals ledger and documents.
    pub storage: StorageKey,
    /// Signs ledger events in the name of this desk, where several desks share a ledger.
    pub desk: OfficeSigningKey,
}

impl OfficeHandles {
    /// Takes over the keys of an office, and the one of this desk.
    pub async fn import(keys: &OfficeKeys, desk: &SigningKey) -> Result<Self, BrowserError> {
        let mut masters = Vec::new();
        for master in keys.masters() {
            masters.push(ReceiptMaster::import(master.secret()).await?);
        }
        Ok(Self {
            signing: OfficeSigningKey::import(&keys.signing).await?,
            masters,
            storage: StorageKey::import(&keys.storage_key()).await?,
            desk: OfficeSigningKey::import(desk).await?,
        })
    }

    /// The receipt masters of all keys that the office had, the oldest first.
    pub fn masters(&self) -> &[ReceiptMaster] {
        &self.masters
    }

    /// The receipt master in force.
    pub fn master(&self) -> &ReceiptMaster {
        self.master_of(None)
    }

    /// The receipt master of one of the office's keys, from 0; the one in force where there is none of this number.
    #[expect(clippy::indexing_slicing, reason = "there is always one")]
    pub fn master_of(&self, number: Option<usize>) -> &ReceiptMaster {
        let known = number.and_then(|number| self.masters.get(number));
        known.unwrap_or(&self.masters[self.masters.len() - 1])
    }

    /// For the browser's message.
    pub(super) fn to_js(&self) -> Array {
        let Self { signing, masters, storage, desk } = self;
        let masters: Array = masters.iter().map(|master| &master.0).collect();
        Array::of4(&signing.to_js(), &masters, &storage.0, &desk.to_js())
    }

    /// Out of the browser's message.
    pub(super) fn from_js(value: &JsValue) -> Option<Self> {
        let parts = value.dyn_ref::<Array>()?;
        let masters: Option<Vec<ReceiptMaster>> = Array::from(&parts.get(1))
            .into_iter()
            .map(|key| key.dyn_into().ok().map(ReceiptMaster))
            .collect();
        let masters = masters.filter(|all| !all.is_empty())?;
        Some(Self {
            signing: OfficeSigningKey::from_js(&parts.get(0))?,
            masters,
            storage: StorageKey(parts.get(2).dyn_into().ok()?),
            desk: OfficeSigningKey::from_js(&parts.get(3))?,
        })
    }
}

fn algorithm(name: &str) -> Result<Object, BrowserError> {
    let params = Object::new();
    Reflect::set(&params, &"name".into(), &name.into())?;
    Ok(params)
}

/// Imports a key that cannot be taken out again; the browser's copy of its bytes is wiped.
async fn import(
    format: &str,
    secret: &[u8],
    params: &Object,
    use_names: &[&str],
) -> Result<CryptoKey, BrowserError> {
    let bytes = Uint8Array::from(secret);
    let importing = subtle()?.import_key_with_object(format, &bytes, params, false, &usages(use_names));
    let imported = match importing {
        Ok(importing) => JsFuture::from(importing).await,
        Err(error) => Err(error),
    };
    bytes.fill(0, 0, bytes.length());
    key(imported?)
}
