//! `fuin trace`: whose copy a picture or a video shows, by the forensic mark in its pixels (FORMAT.md §7.11).
//!
//! Entry point: [`trace`]. Absent: the search itself (`fuin_trace`).

use std::path::Path;

use fuin_core::{MarkLayout, OfficeKeys, Register};
use fuin_trace::{Plane, Search, Suspect, Traced, Verdict};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::{
    args,
    failure::{Failure, Outcome},
    footage::{Footage, planes},
    office::OpenOffice,
    original::{Compared, Original},
    progress,
    report::Report,
    words::said,
};

/// Looks at each file.
pub(crate) fn trace(args: &args::Trace, quiet: bool) -> Outcome {
    let office = OpenOffice::read(&args.office)?.sound()?;
    let keys = office.unlock(&args.passphrase)?;
    let suspects = Suspects::new(&office, &keys);
    let originals = args.clip.iter().map(|path| Original::open(path)).collect::<Result<Vec<_>, _>>()?;
    let (mut words, mut files) = (Vec::new(), Vec::new());
    for path in &args.files {
        let footage = planes(path)?;
        let verdict = suspects.look(&footage.planes, &originals, &progress::steps(quiet))?;
        words.push(text(path, &footage, &verdict));
        files.push(facts(path, &footage, &verdict));
    }
    Ok(Report::new(words.join("\n"), json!({ "ok": true, "files": files })))
}

/// Everybody's patterns.
struct Suspects {
    register: Register,
    all: Vec<Suspect>,
    layouts: Vec<MarkLayout>,
}

impl Suspects {
    fn new(office: &OpenOffice, keys: &OfficeKeys) -> Self {
        let register = office.register();
        // A bundle that was recorded twice, by two keys, has the secrets of either.
        let mut suspects = Vec::new();
        let mut layouts = Vec::new();
        for suspect in Suspect::all(&register) {
            for master in register.of_key(&suspect.bundle_id, keys.masters()) {
                layouts.push(Suspect::layout(&master.receipt_secret(&suspect.bundle_id, &suspect.holder)));
                suspects.push(suspect.clone());
            }
        }
        Self { register, all: suspects, layouts }
    }

    fn look(&self, planes: &[Plane], originals: &[Original], bar: &ProgressBar) -> Result<Verdict, Failure> {
        let traced = Traced::look(planes)
            .ok_or_else(|| Failure::new("trace_no_picture", said!("画像がありません", "no picture")))?;
        let mut search = self.find(&traced, bar)?;
        let marks = search.found.clone();
        let mut clips = Vec::new();
        for original in originals {
            let Compared { left, beside } = original.compare(planes, &marks)?;
            if let Some(left) = left {
                search = search.with(self.find(&left, bar)?);
            }
            clips.push(beside);
        }
        Ok(Verdict::new(&search, &self.all, &self.register).compared(clips, &self.register))
    }

    fn find(&self, traced: &Traced, bar: &ProgressBar) -> Result<Search, Failure> {
        let found = traced.find(&self.layouts, &mut |part| {
            bar.set_position((part * 100.0) as u64);
            true
        });
        bar.finish_and_clear();
        found.ok_or_else(|| {
            Failure::new("internal", said!("調べるのをやめました", "the search was called off"))
        })
    }
}

fn text(path: &Path, footage: &Footage, verdict: &Verdict) -> String {
    let lines = verdict.japanese().join("\n  ");
    format!("{}（{}、SHA-256 {}）\n  {lines}", path.display(), footage.what, footage.sha256)
}

fn facts(path: &Path, footage: &Footage, verdict: &Verdict) -> Value {
    json!({ "file": path.display().to_string(), "sha256": footage.sha256, "pictures": footage.planes.len(),
        "verdict": verdict })
}
