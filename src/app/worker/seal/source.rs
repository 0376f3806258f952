//! A clip that is looked at or sealed: a file, or a part of one, which is cut by what is written down of it.
//!
//! Entry point: [`ClipBytes::open`]. Absent: what makes indexes, which has a worker of its own
//! (`src/modules/indexer.rs`).

use fuin_core::{Cut, CutRecord, Index, MediaError, RandomAccess};

use crate::{
    fault::Fault,
    platform::{
        cargo::ClipCargo,
        files::{BlobSource, RawBytes, source_of},
    },
};

/// Where its bytes are read.
pub enum ClipBytes {
    /// A file.
    Whole(BlobSource),
    /// A part of one.
    Part(Box<Cut<BlobSource>>),
}

impl ClipBytes {
    /// Opens a clip; `cut` says which part of the file it is, if it is one.
    pub fn open(clip: &ClipCargo, cut: Option<&CutRecord>) -> Result<Self, Fault> {
        let file = source_of(&clip.file)?;
        let Some(record) = cut else { return Ok(Self::Whole(file)) };
        let whole = Index::parse(&clip.whole.to_vec(), file.len())?;
        let cut = Cut::new(file, whole, &record.into(), &mut |_| true)?;
        // The worker that made the record met the file, and may have been deceived by it.
        if cut.record(record.source.clone()) != *record {
            return Err(MediaError::Index("it is of another part").into());
        }
        Ok(Self::Part(Box::new(cut)))
    }

    /// As whatever reads at any place.
    pub fn access(&self) -> &dyn RandomAccess {
        match self {
            Self::Whole(file) => file,
            Self::Part(cut) => &**cut,
        }
    }

    /// Bytes as a JavaScript array; those of a file without a copy into wasm memory.
    pub fn read(&self, at: u64, len: usize) -> Result<RawBytes, Fault> {
        match self {
            Self::Whole(file) => Ok(file.read(at, len)?),
            Self::Part(cut) => {
                let mut bytes = vec![0; len];
                cut.read_exact_at(at, &mut bytes).map_err(MediaError::from)?;
                Ok(RawBytes::from(bytes.as_slice()))
            }
        }
    }
}
