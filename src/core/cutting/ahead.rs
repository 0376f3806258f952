//! Reads on behind what was asked for: samples lie one behind another, and each reading of a browser's file takes its
//! time.
//!
//! Entry point: [`ReadAhead`].

use std::{cell::RefCell, io};

use crate::port::RandomAccess;

/// Bytes that are read at a time.
const WINDOW: u64 = 1 << 20;

/// A source, and its bytes that were read last.
pub(super) struct ReadAhead<S> {
    source: S,
    /// Where they begin, and they.
    window: RefCell<(u64, Vec<u8>)>,
}

impl<S: RandomAccess> ReadAhead<S> {
    pub(super) fn new(source: S) -> Self {
        Self { source, window: RefCell::new((0, Vec::new())) }
    }
}

impl<S: RandomAccess> RandomAccess for ReadAhead<S> {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        let left = self.source.len().saturating_sub(offset);
        if buf.len() as u64 >= WINDOW || buf.len() as u64 > left {
            return self.source.read_exact_at(offset, buf);
        }
        let mut window = self.window.borrow_mut();
        let inside = |(at, bytes): &(u64, Vec<u8>)| {
            let begin = usize::try_from(offset.checked_sub(*at)?).ok()?;
            bytes.get(begin..begin.checked_add(buf.len())?).map(|_| begin)
        };
        let begin = match inside(&window) {
            Some(begin) => begin,
            None => {
                let mut bytes = vec![0; WINDOW.min(left) as usize];
                self.source.read_exact_at(offset, &mut bytes)?;
                *window = (offset, bytes);
                0
            }
        };
        window.1.as_slice().read_exact_at(begin as u64, buf)
    }
}
