//! `fuin extract`: the plain clips, only under an export grant, within the period, after affirming the undertaking.

use std::{fs, sync::Mutex};

use fuin_core::{Admitted, Affirmation, Sink};
use serde_json::json;

use crate::{
    args,
    failure::{Failure, Outcome},
    files::{FileSource, PendingFile, Readers},
    latest, pipeline,
    platform::now,
    progress,
    report::Report,
    verify,
    words::said,
};

/// Takes the clips out.
pub(crate) fn extract(args: &args::Extract, quiet: bool) -> Outcome {
    let verified = verify::open(&args.bundle, &args.unlock)?;
    let affirmation = Affirmation::new(&args.affirm, now()).ok_or_else(|| {
        Failure::new(
            "affirmation_missing",
            said!(
                "遵守事項に同意する者の職氏名（60文字以内）が必要です",
                "somebody must affirm the undertaking by name, in at most 60 letters"
            ),
        )
    })?;
    let seen = latest::see(verified.manifest(), args.clock_is_right)?;
    let admitted = Admitted::new(verified, seen, affirmation).map_err(|(_, error)| Failure::from(error))?;
    let source = FileSource::open(&args.bundle)?;
    fs::create_dir_all(&args.out).map_err(|error| Failure::file(&args.out, &error))?;
    let manifest = admitted.verified().manifest();
    let bar = progress::bar(manifest.clips.iter().map(|clip| clip.length).sum(), quiet);
    let mut written = Vec::new();
    for (index, clip) in manifest.clips.iter().enumerate() {
        // The period may end while a long clip is taken out: each is asked for anew.
        let (check, place) = admitted.export(index, now().max(seen))?;
        let path = args.out.join(clip.export_name(index));
        let pending = Mutex::new(PendingFile::create(&path, false, Readers::Owner)?);
        let stopped =
            |_| Failure::new("internal", said!("処理の一部が止まりました", "a worker thread stopped"));
        pipeline::check_clip(&source, check, place, &bar, |offset, plain| {
            let mut pending = pending.lock().map_err(|_| stopped(()))?;
            pending.overwrite(offset, plain).map_err(|error| Failure::file(&path, &error))
        })?;
        // Only a clip that matched to the last byte gets its name.
        pending.into_inner().map_err(|_| stopped(()))?.publish()?;
        written.push(path.display().to_string());
    }
    bar.finish_and_clear();
    Ok(Report::new(written.join("\n"), json!({ "ok": true, "files": written })))
}
