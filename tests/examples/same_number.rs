//! Writes a bundle with the number R8-0001-7K3Q, sealed by the office of a seed, for the passphrase of the tests:
//! `same_number CLIP OUT SEED RETURN_DUE [OFFICE]`. For the browser tests.
#![allow(clippy::unwrap_used, reason = "a tool of the tests: it stops at the first surprise")]

use fuin_core::{OfficeLabel, SigningKey};
use fuin_tests::{TestEntropy, day, plan, recipient_key, seal_with, time};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let clip = std::fs::read(&args[0]).unwrap();
    let mut plan = plan(clip.len() as u64);
    plan.office = OfficeLabel {
        name: args.get(4).cloned().unwrap_or(format!("課{}番", args[2])),
        contact: "03-0000-0000".into(),
    };
    plan.terms.not_after = time("2098-12-31T23:59:59+09:00");
    plan.terms.return_due = day(&args[3]);
    plan.undertaking.return_due = plan.terms.return_due;
    let office = SigningKey::generate(&TestEntropy::new(args[2].parse().unwrap()));
    std::fs::write(&args[1], seal_with(plan, &[&clip], &office, &recipient_key().public()).unwrap()).unwrap();
}
