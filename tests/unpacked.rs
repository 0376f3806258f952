//! An index of one track with its table unpacked, to be changed and packed again (FORMAT.md §12).

use std::io::{Read, Write};

/// The parts of an index.
pub struct Unpacked {
    /// Its head.
    pub head: String,
    /// The rows of its table.
    pub rows: Vec<u8>,
    table_bytes: usize,
}

impl Unpacked {
    /// Unpacks a good index.
    #[expect(clippy::expect_used, reason = "a test stops at the first surprise")]
    pub fn of(index: &[u8]) -> Self {
        let (length, rest) = index[8..].split_first_chunk::<4>().expect("a length");
        let (head, table) = rest.split_at(u32::from_be_bytes(*length) as usize);
        let mut rows = Vec::new();
        flate2::read::DeflateDecoder::new(table).read_to_end(&mut rows).expect("a packed table");
        let head = String::from_utf8(head.to_vec()).expect("a head in UTF-8");
        Self { head, rows, table_bytes: table.len() }
    }

    /// Packs it.
    pub fn index(&self) -> Vec<u8> {
        self.with_table(&deflated(&self.rows))
    }

    /// The index with this packed table. The head says its length, where it said the old one.
    pub fn with_table(&self, table: &[u8]) -> Vec<u8> {
        let said = |bytes: usize| format!("\"table_bytes\":{bytes}}}");
        let head = self.head.replace(&said(self.table_bytes), &said(table.len()));
        [b"fuinidx1".as_slice(), &(head.len() as u32).to_be_bytes(), head.as_bytes(), table].concat()
    }

    /// The same with one picture, in units of one.
    pub fn of_one_picture(index: &[u8]) -> Self {
        let mut unpacked = Self::of(index);
        unpacked.head =
            unpacked.head.replace("\"pictures\":3", "\"pictures\":1").replace("\"step\":10", "\"step\":1");
        unpacked
    }
}

/// Bytes as one raw DEFLATE stream.
#[expect(clippy::expect_used, reason = "a test stops at the first surprise")]
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}
