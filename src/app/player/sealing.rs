//! Sealing in the browser: clips are read, hashed, sealed and written piece by piece, so memory does not depend on their size.
//!
//! Entry points: [`look_at`], [`seal`], [`publish`]. The bundle gets its name only when the page has recorded it in the ledger.
//! Absent: the ledger, which the page keeps.

use fuin_core::{
    BundleId, BundleWriter, CHUNK_BYTES, ClipHash, ClipNote, ClipPlan, Index, Jwk, MediaError, OfficeLabel,
    PIECE_BYTES, Passphrase, Pictures, PublicKey, RandomAccess, Request, RuleSet, Sealing, Secret32, Slot,
    Terms, Timestamp,
};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::{
    Event,
    clip::ClipFault,
    worker::{Refused, Shared, wrong_order},
};
use crate::platform::{
    clock,
    crypto::{ChunkCipher, DeviceSigningKey, ReceiptMaster},
    db::{self, Kept},
    entropy::BrowserEntropy,
    files::{self, BlobSource, PickedFile, as_file},
    save::{Outbox, Target},
    worker::report,
};

const PROGRESS_EVERY_MS: f64 = 150.0;
/// FAT32 holds no file of 4 GiB (2³² bytes); a MiB less leaves room for nothing to go wrong.
const FAT32_PART_BYTES: u64 = (1 << 32) - (1 << 20);

/// What is to be sealed; the files come beside it.
#[derive(Clone, Serialize, Deserialize)]
pub struct SealOrder {
    /// Running number of the request.
    pub number: u64,
    /// The request.
    pub request: Request,
    /// 発行課.
    pub office: OfficeLabel,
    /// The rules in force.
    pub rules: RuleSet,
    /// Running number of the bundle.
    pub running: u64,
    /// Period, return, permissions, conditions, medium.
    pub terms: Terms,
    /// The period begins when the bundle is sealed, whatever `terms` say.
    pub begins_now: bool,
    /// What is known of each clip, in the order of the files, which bring their names.
    pub clips: Vec<ClipNote>,
    /// Downloads small enough for FAT32.
    pub small_parts: bool,
    /// The key of the recipient's device, if the bundle is to open there without the passphrase too.
    pub recipient_key: Option<Jwk>,
}

impl SealOrder {
    /// The terms of a bundle that is sealed at this moment.
    fn terms_from(&self, issued_at: Timestamp) -> Terms {
        let terms = self.terms.clone();
        if self.begins_now { Terms { not_before: issued_at, ..terms } } else { terms }
    }
}

/// A bundle that waits for its name.
pub(super) struct Finished {
    target: Target,
    name: String,
    part_bytes: u64,
}

/// Reads what a clip is, for the person who chooses it.
pub(super) fn look_at(clip: usize, extra: Option<JsValue>) -> Result<(), ClipFault> {
    let file = extra.as_ref().and_then(as_file).ok_or_else(wrong_order)?;
    let source = BlobSource::new(file.into())?;
    let index = Index::read(RandomAccess::len(&source), |offset, len| {
        let mut buf = vec![0; len];
        source.read_exact_at(offset, &mut buf)?;
        Ok::<_, MediaError>(buf)
    });
    let event = match index {
        Ok(index) => {
            let created = index.created;
            let hevc = index.videos.first().is_some_and(|video| video.codec.is_hevc());
            let codec = index.videos.first().map(|video| video.codec.name.clone()).unwrap_or_default();
            let micros = index.videos.into_iter().next().map_or(0, |video| Pictures::new(video).end_micros());
            Event::LookedAt { clip, codec, hevc, micros, created, error: None }
        }
        Err(error) => {
            let error = Some(fuin_core::Coded::code(&error).to_owned());
            Event::LookedAt { clip, codec: String::new(), hevc: false, micros: 0, created: None, error }
        }
    };
    report(&event);
    Ok(())
}

/// Seals. Ends with [`Event::BundleSealed`]; the file waits for [`publish`].
pub(super) async fn seal(desk: &Shared, order: SealOrder, extra: Option<JsValue>) -> Result<(), ClipFault> {
    let extra = extra.ok_or_else(wrong_order)?;
    let (files, handle) = files::parts_of(&extra);
    let run = {
        let mut desk = desk.borrow_mut();
        desk.sealing += 1;
        desk.sealing
    };
    let mut target = Target::open(&handle).await?;
    match write(desk, run, &order, &files, &mut target).await {
        Ok(Some((event, passphrase))) => {
            let name = format!("{}.fuin", event.bundle_id);
            let part_bytes = if order.small_parts { FAT32_PART_BYTES } else { u64::MAX };
            desk.borrow_mut().finished = Some(Finished { target, name, part_bytes });
            report(&Event::BundleSealed { event: Box::new(event), passphrase });
            Ok(())
        }
        Ok(None) => {
            target.abort().await;
            report(&Event::SealCancelled);
            Ok(())
        }
        Err(fault) => {
            target.abort().await;
            Err(fault)
        }
    }
}

type Sealed = (fuin_core::SealedEvent, String);

async fn write(
    desk: &Shared,
    run: u64,
    order: &SealOrder,
    files: &[PickedFile],
    target: &mut Target,
) -> Result<Option<Sealed>, ClipFault> {
    let signing = db::read(Kept::Keys, "office-signing").await?;
    let signing = signing.and_then(|stored| DeviceSigningKey::restore(&stored)).ok_or_else(wrong_order)?;
    let master = db::read(Kept::Keys, "office-receipts").await?;
    let master = master.and_then(ReceiptMaster::restore).ok_or_else(wrong_order)?;
    report(&Event::Deriving);
    // Lets the message out before the derivation holds this thread.
    clock::after_ms(0.0).await;
    let issued_at = clock::now();
    let bundle_id = BundleId::generate(&BrowserEntropy, issued_at.day(), order.running);
    let bundle_key = Secret32::random(&BrowserEntropy);
    let passphrase = Passphrase::generate(&BrowserEntropy);
    let typed = Passphrase::new(&passphrase);
    let slot =
        Slot::for_passphrase(&BrowserEntropy, &typed, bundle_id.as_str(), &bundle_key).map_err(Refused)?;
    let mut slots = vec![slot];
    if let Some(jwk) = &order.recipient_key {
        let recipient = PublicKey::from_jwk(jwk).map_err(Refused)?;
        slots.push(Slot::for_recipient(&BrowserEntropy, &recipient, bundle_id.as_str(), &bundle_key));
    }
    let secret = master.receipt_secret(&bundle_id).await?;
    let clips = files.iter().zip(order.clips.iter().cloned().chain(std::iter::repeat(ClipNote::default())));
    let sealing = Sealing {
        number: order.number,
        request: order.request.clone(),
        issued_at,
        terms: order.terms_from(issued_at),
        clips: clips
            .map(|(file, note)| ClipPlan {
                note: ClipNote { file_name: file.name(), ..note },
                bytes: file.size() as u64,
            })
            .collect(),
        bundle_id,
    };
    let plan = sealing.plan(&order.rules, &order.office, secret);
    let total: f64 = sealing.clips.iter().map(|clip| clip.bytes as f64).sum();
    let outbox = Outbox::default();
    let public = signing.public().clone();
    let mut writer = BundleWriter::new(outbox.clone(), &BrowserEntropy, plan, bundle_key, slots, public)
        .map_err(Refused)?;
    let (mut done, mut told) = (0.0, 0.0);
    let mut digests = Vec::new();
    for (file, clip) in files.iter().zip(&sealing.clips) {
        let source = BlobSource::new(file.clone().into())?;
        let mut sealer = writer.begin_clip(&BrowserEntropy).map_err(Refused)?.outside(clip.bytes);
        let cipher = ChunkCipher::for_sealing(sealer.take_key().ok_or_else(wrong_order)?).await?;
        let mut hash = ClipHash::default();
        let mut at = 0;
        while at < clip.bytes {
            if desk.borrow().sealing != run {
                return Ok(None);
            }
            let len = (clip.bytes - at).min(PIECE_BYTES as u64) as usize;
            let plain = source.read(at, len)?;
            let lengths = sealer.chunk_lengths(at, len);
            let sealing = cipher.seal_run(at / CHUNK_BYTES as u64, &plain, &lengths)?;
            // The browser encrypts on its own threads while this one hashes.
            hash.update(&plain.to_vec());
            let sealed = sealing.await?;
            sealer.take(&sealed);
            writer.append(&sealed).map_err(Refused)?;
            target.take(&outbox).await?;
            at += len as u64;
            done += len as f64;
            if clock::monotonic_ms() - told > PROGRESS_EVERY_MS {
                told = clock::monotonic_ms();
                report(&Event::SealingPart { done, total });
                // Lets «cancel» in.
                clock::after_ms(0.0).await;
            }
        }
        let crc32 = sealer.finish().ok_or_else(wrong_order)?;
        let digest = hash.finish();
        digests.push(digest.clone());
        writer.end_clip(digest, crc32).map_err(Refused)?;
    }
    let manifest = signing.sign(writer.unsigned_manifest().map_err(Refused)?).await?;
    writer.finish(&BrowserEntropy, &manifest).map_err(Refused)?;
    target.take(&outbox).await?;
    report(&Event::SealingPart { done: total, total });
    Ok(Some((sealing.event(&manifest, &digests), passphrase.to_string())))
}

/// Gives the sealed bundle its name, now that the ledger knows it.
pub(super) async fn publish(desk: &Shared) -> Result<(), ClipFault> {
    let finished = desk.borrow_mut().finished.take().ok_or_else(wrong_order)?;
    let published = finished.target.publish(&finished.name, finished.part_bytes).await;
    published.map_err(|error| ClipFault { code: "seal_not_saved", cause: error.0 })?;
    report(&Event::BundlePublished);
    Ok(())
}
