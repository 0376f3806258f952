//! Writing a bundle: everything but the clips' bytes is decided in a [`Plan`], the clips stream through
//! [`ClipSealer`], and the manifest, whose length is known beforehand, is filled in last (FORMAT.md §2, §7).
//!
//! Absent: files. A [`Sink`] takes the bytes; making the final name appear only when all is done is its owner's job.

use std::io;

use super::{
    clip_seal::ClipSealer,
    container::{Entry, directory, local_header},
    content::Content,
    header::{Header, OfficeLabel},
    id::BundleId,
    key_change::Standing,
    manifest::{Clip, IndexEntry, Manifest, ManifestError, TicketOf, UndertakingEntry},
    part::{FORMAT, MAX_CLIPS, MAX_INDEX, MIMETYPE, Part},
    segment::{ClipDigest, ClipHash, SEGMENT_BYTES},
    terms::{ClipNote, Recipient, Terms},
    undertaking::UndertakingDocument,
};
use crate::{
    crypto::{B64, Jws, PublicKey, Secret32, Slot, Typ, Unsigned, encrypt_message, message_len, sha256},
    port::{Coded, Entropy, Sink},
    text::{NameError, Timestamp, json::write_document},
};

/// Why a bundle was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// No clips, or too many; or clips in a ticket.
    #[error("a bundle holds 1 to {MAX_CLIPS} clips, a ticket none")]
    ClipCount,
    /// The clips and what was planned for them do not agree: one is missing, or there is one too many.
    #[error("the clips are not those that were planned")]
    Unplanned,
    /// The signed manifest is not the one that was prepared for this bundle.
    #[error("the signed manifest does not belong to this bundle")]
    Manifest,
    /// A clip is empty, or another length than announced.
    #[error("clip {0} is empty, or changed while it was read")]
    ClipLength(usize),
    /// No key slot was given.
    #[error("a bundle needs a passphrase or a recipient key")]
    NoSlot,
    /// The manifest would say what it may not say (§7.1), or the undertaking is another one (§7.6).
    #[error("the manifest cannot be written so: {0}")]
    Form(#[from] ManifestError),
    /// The office cannot be named (§1.5).
    #[error("a name cannot stand on the marks and papers: {0}")]
    Name(#[from] NameError),
    /// The destination could not be written.
    #[error("the bundle could not be written: {0}")]
    Write(#[from] io::Error),
}

impl Coded for WriteError {
    fn code(&self) -> &'static str {
        match self {
            Self::ClipCount => "clip_count",
            Self::Unplanned => "clip_unplanned",
            Self::Manifest => "manifest_unplanned",
            Self::ClipLength(_) => "clip_length",
            Self::NoSlot => "no_slot",
            Self::Form(error) => error.code(),
            Self::Name(_) => "manifest_name",
            Self::Write(_) => "write_failed",
        }
    }
}

/// One clip to be sealed, as far as it is known before reading it.
#[derive(Debug, Clone)]
pub struct ClipPlan {
    /// What the office knows of it.
    pub note: ClipNote,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its index, as bytes (§12).
    pub index: Vec<u8>,
}

/// Everything that goes into a manifest before the clips are read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// 管理番号.
    pub bundle_id: BundleId,
    /// When it is sealed.
    pub issued_at: Timestamp,
    /// How ledger and keys of the office stand.
    pub standing: Standing,
    /// 発行課.
    pub office: OfficeLabel,
    /// The office's rule set.
    pub rules: String,
    /// 提供先.
    pub recipient: Recipient,
    /// 根拠.
    pub legal_basis: String,
    /// 文書番号.
    pub document_number: String,
    /// 利用目的.
    pub purpose: String,
    /// 画像の範囲.
    pub range: String,
    /// Period, return, permissions, conditions, medium.
    pub terms: Terms,
    /// By which extension codes are recognised: [`super::Extensions::anchor`].
    pub extension: B64<12>,
    /// Of a ticket, the bundle that it is for.
    pub ticket_of: Option<TicketOf>,
    /// The clips; of a ticket, none.
    pub clips: Vec<ClipPlan>,
    /// The undertaking.
    pub undertaking: UndertakingDocument,
}

/// Writes one bundle. Clips come one after the other: [`Self::begin_clip`], segments, [`Self::end_clip`].
pub struct BundleWriter<S> {
    sink: S,
    position: u64,
    plan: Plan,
    bundle_key: Secret32,
    header_sha256: [u8; 32],
    entries: Vec<Entry>,
    undertaking: UndertakingEntry,
    manifest_bytes: u64,
    signer: PublicKey,
    clips: Vec<Clip>,
}

impl<S: Sink> BundleWriter<S> {
    /// Writes the front of the bundle and leaves room for the manifest. `slots` wrap `bundle_key`; a ticket has the key
    /// of the bundle that it is for.
    pub fn new(
        sink: S,
        entropy: &impl Entropy,
        plan: Plan,
        bundle_key: Secret32,
        slots: Vec<Slot>,
        signer: PublicKey,
    ) -> Result<Self, WriteError> {
        if plan.clips.is_empty() != plan.ticket_of.is_some() || plan.clips.len() > MAX_CLIPS {
            return Err(WriteError::ClipCount);
        }
        if slots.is_empty() {
            return Err(WriteError::NoSlot);
        }
        plan.office.check()?;
        let is_odd = |c: &ClipPlan| {
            c.bytes == 0 || message_len(c.bytes).is_none() || c.index.is_empty() || c.index.len() > MAX_INDEX
        };
        if let Some(index) = plan.clips.iter().position(is_odd) {
            return Err(WriteError::ClipLength(index));
        }
        let header = Header {
            format: FORMAT.into(),
            bundle_id: plan.bundle_id.clone(),
            ticket_of: plan.ticket_of.as_ref().map(|of| of.bundle_id.clone()),
            office: plan.office.clone(),
            slots,
        };
        let header_json = write_document(&header);
        let undertaking_json = write_document(&plan.undertaking);
        let context = Part::Undertaking.context(&plan.bundle_id);
        let undertaking_message = encrypt_message(entropy, &bundle_key, &context, &undertaking_json);
        let undertaking = UndertakingEntry {
            length: undertaking_message.len() as u64,
            sha256: B64(sha256(&undertaking_json)),
        };
        let mut writer = Self {
            sink,
            position: 0,
            bundle_key,
            header_sha256: sha256(&header_json),
            entries: Vec::new(),
            undertaking,
            manifest_bytes: 0,
            signer,
            clips: Vec::new(),
            plan,
        };
        let planned = writer.planned();
        planned.check()?;
        writer.plan.undertaking.check(&planned.recipient, &planned.purpose, &planned.terms)?;
        writer.manifest_bytes = writer.message_len(&planned);
        writer.whole_entry(MIMETYPE.as_bytes())?;
        writer.whole_entry(&header_json)?;
        writer.reserve(writer.manifest_bytes)?;
        writer.whole_entry(&undertaking_message)?;
        Ok(writer)
    }

    /// The manifest as it will be, but for the digests.
    fn planned(&self) -> Manifest {
        let zero = |source: &ClipPlan| ClipDigest {
            bytes: source.bytes,
            checkpoints: vec![0; 32 * (source.bytes.div_ceil(SEGMENT_BYTES as u64) as usize - 1)],
            sha256: [0; 32],
        };
        let clips = self.plan.clips.iter().enumerate().map(|(i, source)| self.clip(i, source, zero(source)));
        self.manifest(clips.collect())
    }

    /// The length of a manifest's message. It is the same whatever the digests turn out to be, so room can be left
    /// for it.
    fn message_len(&self, manifest: &Manifest) -> u64 {
        // Compact serialisation adds a dot and 64 signature bytes in base64url.
        let jws = self.unsigned(manifest).signing_input().len() as u64 + 1 + 86;
        message_len(jws).unwrap_or(u64::MAX)
    }

    fn clip(&self, index: usize, source: &ClipPlan, digest: ClipDigest) -> Clip {
        Clip {
            entry: Part::Clip(index).name(),
            length: message_len(digest.bytes).unwrap_or(u64::MAX),
            content: digest.into(),
            index: IndexEntry {
                entry: Part::Index(index).name(),
                length: message_len(source.index.len() as u64).unwrap_or(u64::MAX),
                content: content_of(&source.index),
            },
            note: source.note.clone(),
        }
    }

    fn manifest(&self, clips: Vec<Clip>) -> Manifest {
        let plan = &self.plan;
        Manifest {
            format: FORMAT.into(),
            bundle_id: plan.bundle_id.clone(),
            header_sha256: B64(self.header_sha256),
            issued_at: plan.issued_at,
            ledger_head: plan.standing.ledger_head,
            key_changes: plan.standing.key_changes.clone(),
            certification: plan.standing.certification.clone(),
            office: plan.office.clone(),
            rules: plan.rules.clone(),
            recipient: plan.recipient.clone(),
            legal_basis: plan.legal_basis.clone(),
            document_number: plan.document_number.clone(),
            purpose: plan.purpose.clone(),
            range: plan.range.clone(),
            terms: plan.terms.clone(),
            extension: plan.extension,
            undertaking: self.undertaking.clone(),
            ticket_of: plan.ticket_of.clone(),
            clips,
        }
    }

    fn unsigned(&self, manifest: &Manifest) -> Unsigned {
        Unsigned::new(Typ::Manifest, &self.signer, &write_document(manifest))
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sink.append(bytes)?;
        self.position += bytes.len() as u64;
        Ok(())
    }

    fn whole_entry(&mut self, bytes: &[u8]) -> io::Result<()> {
        let crc32 = crc32fast::hash(bytes);
        self.open_entry(bytes.len() as u64, crc32)?;
        self.put(bytes)
    }

    fn open_entry(&mut self, len: u64, crc32: u32) -> io::Result<()> {
        let name = Part::at(self.entries.len()).name();
        self.put(&local_header(&name, len, crc32))?;
        self.entries.push(Entry { name, offset: self.position, len, crc32 });
        Ok(())
    }

    fn reserve(&mut self, len: u64) -> io::Result<()> {
        self.open_entry(len, 0)?;
        let zeros = vec![0; 1 << 16];
        let mut left = len;
        while left > 0 {
            let take = left.min(zeros.len() as u64);
            self.put(&zeros[..take as usize])?;
            left -= take;
        }
        Ok(())
    }

    /// Starts the next clip. Its bytes follow through [`Self::append`].
    pub fn begin_clip(&mut self, entropy: &impl Entropy) -> Result<ClipSealer, WriteError> {
        let index = self.clips.len();
        let source = self.plan.clips.get(index).ok_or(WriteError::Unplanned)?;
        let len = message_len(source.bytes).ok_or(WriteError::ClipLength(index))?;
        let place = Part::Index(index).context(&self.plan.bundle_id);
        let sealed_index = encrypt_message(entropy, &self.bundle_key, &place, &source.index);
        self.whole_entry(&sealed_index)?;
        self.open_entry(len, 0)?;
        let context = Part::Clip(index).context(&self.plan.bundle_id);
        let mut prefix = Vec::new();
        let sealer = ClipSealer::new(entropy, &self.bundle_key, &context, &mut prefix);
        self.put(&prefix)?;
        Ok(sealer)
    }

    /// Writes bytes that the clip's sealer yielded.
    pub fn append(&mut self, sealed: &[u8]) -> Result<(), WriteError> {
        Ok(self.put(sealed)?)
    }

    /// Ends the clip: what its bytes hashed to, and the CRC-32 that its sealer gave.
    pub fn end_clip(&mut self, digest: ClipDigest, crc32: u32) -> Result<(), WriteError> {
        let index = self.clips.len();
        let source = self.plan.clips.get(index).ok_or(WriteError::Unplanned)?;
        if digest.bytes != source.bytes {
            return Err(WriteError::ClipLength(index));
        }
        let clip = self.clip(index, source, digest);
        self.clips.push(clip);
        self.patch_crc(Part::Clip(index), crc32)?;
        Ok(())
    }

    fn patch_crc(&mut self, part: Part, crc32: u32) -> io::Result<()> {
        let Some(entry) = self.entries.get_mut(part.place()) else { return Ok(()) };
        entry.crc32 = crc32;
        self.sink.overwrite(entry.crc_offset(), &crc32.to_le_bytes())
    }

    /// The manifest to be signed, once all clips are in.
    pub fn unsigned_manifest(&self) -> Result<Unsigned, WriteError> {
        if self.clips.len() == self.plan.clips.len() {
            Ok(self.unsigned(&self.manifest(self.clips.clone())))
        } else {
            Err(WriteError::Unplanned)
        }
    }

    /// Fills in the signed manifest, writes the directory and gives the sink back.
    pub fn finish(mut self, entropy: &impl Entropy, manifest: &Jws) -> Result<S, WriteError> {
        let context = Part::Manifest.context(&self.plan.bundle_id);
        let message = encrypt_message(entropy, &self.bundle_key, &context, manifest.as_str().as_bytes());
        if message.len() as u64 != self.manifest_bytes {
            return Err(WriteError::Manifest);
        }
        let place = self.entries.get(Part::Manifest.place()).ok_or(WriteError::Manifest)?;
        let data = place.offset;
        self.sink.overwrite(data, &message)?;
        self.patch_crc(Part::Manifest, crc32fast::hash(&message))?;
        let tail = directory(&self.entries, self.position);
        self.put(&tail)?;
        Ok(self.sink)
    }
}

fn content_of(index: &[u8]) -> Content {
    let mut hash = ClipHash::default();
    hash.update(index);
    hash.finish().into()
}
