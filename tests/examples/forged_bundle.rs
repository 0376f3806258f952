//! Writes a bundle whose clip is not what its signed manifest promises, though every key and every tag is right:
//! `forged_bundle CLIP OUT`. For the browser tests.
#![allow(clippy::unwrap_used, reason = "a tool of the tests: it stops at the first surprise")]

use fuin_tests::{office_key, plan, recipient_key, seal_forged, time};

fn main() {
    let mut args = std::env::args().skip(1);
    let clip = std::fs::read(args.next().unwrap()).unwrap();
    let mut other = clip.clone();
    // In the media, not in the index: it still plays.
    let at = clip.len() / 2;
    other[at] ^= 1;
    let mut plan = plan(clip.len() as u64);
    plan.terms.not_after = time("2098-12-31T23:59:59+09:00");
    let sealed = seal_forged(plan, &[(&clip, &other)], &office_key(), &recipient_key().public()).unwrap();
    std::fs::write(args.next().unwrap(), sealed).unwrap();
}
