//! Writes a bundle: clips are read, hashed, sealed and written piece by piece, so memory does not depend on their size.
//!
//! Entry point: [`write_bundle`]. Absent: the bundle's name (`mod.rs`), the ledger, which the page keeps.

use fuin_core::{
    BundleId, BundleWriter, CHUNK_BYTES, ClipDigest, ClipHash, ClipNote, ClipPlan, Footage, Holder, Index,
    KeptKey, Lock, MediaError, PIECE_BYTES, Passphrase, SealedEvent, Sealing, Secret32, Slot, SlotKeys,
};

use crate::{
    fault::Fault,
    platform::{
        cargo::ClipCargo,
        clock,
        crypto::{ChunkCipher, OfficeHandles},
        entropy::BrowserEntropy,
        save::{Outbox, Target},
        worker::report,
    },
    wire::{Event, SealEvent, SealOrder, TicketOrder, Typed},
    worker::{run::Turn, seal::source::ClipBytes, vault::wrong_order},
};

/// Bytes that are read, sealed and written at once: a read of a piece costs the browser more than twice as much a byte.
const AT_ONCE: u64 = 16 * PIECE_BYTES as u64;
/// How often the page hears of progress.
const REPORT_EVERY_MS: f64 = 150.0;

/// How far all clips together are written.
struct Progress {
    done: f64,
    total: f64,
    last_report_ms: f64,
}

impl Progress {
    async fn add(&mut self, bytes: u64) {
        self.done += bytes as f64;
        if clock::monotonic_ms() - self.last_report_ms > REPORT_EVERY_MS {
            self.last_report_ms = clock::monotonic_ms();
            report(&Event::from(SealEvent::Progress { done: self.done, total: self.total }));
            // Lets «cancel» in.
            clock::after_ms(0.0).await;
        }
    }
}

/// A bundle or a ticket that was written.
pub(super) struct Written {
    /// What the ledger says of it.
    pub event: SealedEvent,
    /// Its passphrase.
    pub passphrase: Typed,
    /// The key of a bundle, for tickets.
    pub kept: Option<KeptKey>,
}

/// Writes the bundle or the ticket of an order; `None` if it was called off.
pub(super) async fn write_bundle(
    order: &SealOrder,
    keys: &OfficeHandles,
    clips: &[ClipCargo],
    target: &mut Target,
    turn: &Turn,
) -> Result<Option<Written>, Fault> {
    report(&Event::from(SealEvent::Deriving));
    // Lets the message out before the derivation holds this thread.
    clock::after_ms(0.0).await;
    let passphrase = Passphrase::generate(&BrowserEntropy);
    let locks = locks(order, Passphrase::new(&passphrase))?;
    let cut = |n: usize| order.clips.get(n).and_then(|note| note.cut.as_ref());
    let sources = clips.iter().enumerate().map(|(n, clip)| ClipBytes::open(clip, cut(n)));
    let sources = sources.collect::<Result<Vec<_>, _>>()?;
    let (footage, bundle_key) = footage(order, keys, clips, &sources).await?;
    let sealing = sealing(order, keys, footage, &locks).await?;
    // Before an hour of sealing.
    if let Some(outside) = sealing.outside() {
        return Err(Fault::from(outside));
    }
    let slots = shut(&locks, &sealing.bundle_id, &bundle_key, keys).await?;
    let plan = sealing.plan(&order.rules, &order.office);
    let total = plan.clips.iter().map(|clip| clip.bytes as f64).sum();
    let mut progress = Progress { done: 0.0, total, last_report_ms: 0.0 };
    let outbox = Outbox::default();
    let public = keys.signing.public().clone();
    let mut writer =
        BundleWriter::new(outbox.clone(), &BrowserEntropy, plan, bundle_key.clone(), slots, public)?;
    let mut digests = Vec::new();
    for source in &sources {
        let mut way = Way { writer: &mut writer, outbox: &outbox, target, progress: &mut progress };
        match write_clip(&mut way, source, turn).await? {
            Some(digest) => digests.push(digest),
            None => return Ok(None),
        }
    }
    let manifest = keys.signing.sign(writer.unsigned_manifest()?).await?;
    writer.finish(&BrowserEntropy, &manifest)?;
    target.take(&outbox).await?;
    report(&Event::from(SealEvent::Progress { done: total, total }));
    let kept = match order.ticket {
        Some(_) => None,
        None => {
            let keeper = keys.master().keeper().await?;
            Some(KeptKey::seal(&BrowserEntropy, &keeper, &sealing.bundle_id, &bundle_key))
        }
    };
    let passphrase = Typed::new(passphrase.to_string());
    Ok(Some(Written { event: sealing.event(&manifest, &digests), passphrase, kept }))
}

/// What is shown, and the key of the bundle that holds it.
async fn footage(
    order: &SealOrder,
    keys: &OfficeHandles,
    clips: &[ClipCargo],
    sources: &[ClipBytes],
) -> Result<(Footage, Secret32), Fault> {
    if let Some(TicketOrder { bundle, kept, key_number }) = &order.ticket {
        let keeper = keys.master_of(*key_number).keeper().await?;
        let bundle_key = kept.open(&keeper, &bundle.bundle_id)?;
        let footage = Footage::Sealed { bundle: Box::new(bundle.clone()) };
        return Ok((footage, bundle_key));
    }
    let mut plans = Vec::new();
    let notes = order.clips.iter().cloned().chain(std::iter::repeat(ClipNote::default()));
    for ((clip, source), note) in clips.iter().zip(sources).zip(notes) {
        let file_name = note.cut.as_ref().map_or_else(|| clip.file.name(), |cut| cut.source.part_name());
        let note = ClipNote { file_name, ..note };
        let bytes = source.access().len();
        plans.push(ClipPlan { note, bytes, index: checked(&clip.index.to_vec(), bytes)? });
    }
    Ok((Footage::Clips(plans), Secret32::random(&BrowserEntropy)))
}

async fn sealing(
    order: &SealOrder,
    keys: &OfficeHandles,
    footage: Footage,
    locks: &[Lock],
) -> Result<Sealing, Fault> {
    let issued_at = clock::now();
    let bundle_id = BundleId::generate(&BrowserEntropy, issued_at.day(), order.running);
    Ok(Sealing {
        number: order.number,
        request: order.request.clone(),
        issued_at,
        standing: order.standing.clone(),
        terms: order.terms_from(issued_at),
        extension: keys.master().extensions(&bundle_id).await?.anchor(),
        provides: order.provides.clone(),
        footage,
        replaces: order.replaces.clone(),
        bundle_id,
        slots: locks.iter().map(Lock::record).collect(),
    })
}

/// An index as another worker made it, which met the file and may have been deceived by it. Where that died, the clip
/// is sealed all the same, and its index says that nothing of it can be played.
fn checked(index: &[u8], clip_bytes: u64) -> Result<Vec<u8>, MediaError> {
    if index.is_empty() {
        let error = MediaError::Malformed("it could not be gone through");
        return Ok(Index::refused("unknown", clip_bytes, &error).to_bytes());
    }
    Index::parse(index, clip_bytes).map(|index| index.to_bytes())
}

/// The passphrase always opens; the key of the recipient's device too, where the order says so.
fn locks(order: &SealOrder, passphrase: Passphrase) -> Result<Vec<Lock>, Fault> {
    let device = order.recipient_keys.as_ref().map(Lock::for_device).transpose()?;
    Ok([Lock::Passphrase(passphrase)].into_iter().chain(device).collect())
}

async fn shut(
    locks: &[Lock],
    bundle_id: &BundleId,
    bundle_key: &Secret32,
    keys: &OfficeHandles,
) -> Result<Vec<Slot>, Fault> {
    let mut slots = Vec::new();
    for (slot, lock) in (0..).zip(locks) {
        let receipt_secret = keys.master().receipt_secret(bundle_id, &Holder::of_slot(slot)).await?;
        let keys = SlotKeys { bundle_key: bundle_key.clone(), receipt_secret };
        slots.push(lock.shut(&BrowserEntropy, bundle_id, &keys)?);
    }
    Ok(slots)
}

/// From the writer to the file.
struct Way<'a> {
    writer: &'a mut BundleWriter<Outbox>,
    outbox: &'a Outbox,
    target: &'a mut Target,
    progress: &'a mut Progress,
}

/// Writes one clip; `None` if it was called off.
async fn write_clip(way: &mut Way<'_>, source: &ClipBytes, turn: &Turn) -> Result<Option<ClipDigest>, Fault> {
    let bytes = source.access().len();
    let mut sealer = way.writer.begin_clip(&BrowserEntropy)?.outside(bytes);
    let cipher = ChunkCipher::for_sealing(sealer.take_key().ok_or_else(wrong_order)?).await?;
    let mut hash = ClipHash::default();
    let mut at = 0;
    while at < bytes {
        if !turn.is_wanted() {
            return Ok(None);
        }
        let len = (bytes - at).min(AT_ONCE) as usize;
        let plain = source.read(at, len)?;
        let lengths = sealer.chunk_lengths(at, len);
        let sealing = cipher.seal_run(at / CHUNK_BYTES as u64, &plain, &lengths)?;
        // The browser encrypts on its own threads while this one hashes.
        hash.update(&plain.to_vec());
        let sealed = sealing.await?;
        sealer.take(&sealed);
        way.writer.append(&sealed)?;
        way.target.take(way.outbox).await?;
        at += len as u64;
        way.progress.add(len as u64).await;
    }
    let crc32 = sealer.finish().ok_or_else(wrong_order)?;
    let digest = hash.finish();
    way.writer.end_clip(digest.clone(), crc32)?;
    Ok(Some(digest))
}
