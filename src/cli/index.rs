//! `fuin index`: what of a file is footage, as it is sealed beside the clip; and whether a bundle's index is the one
//! that this clip gives (FORMAT.md §12.6).
//!
//! Entry point: [`index`]. Absent: playing.

use std::{io::Read, path::Path};

use fuin_core::{Coded, Index, MediaError, RandomAccess, Verified, builders};
use serde_json::{Value, json};

use crate::{
    args,
    failure::{Failure, Outcome},
    files::{FileSource, PendingFile, Readers},
    progress,
    report::Report,
    verify,
    words::said,
};

/// The index of a clip.
pub(crate) fn of(path: &Path, quiet: bool) -> Result<Index, Failure> {
    let source = FileSource::open(path)?;
    let bar = progress::bar(source.len(), quiet);
    let len = source.len() as f64;
    let index = builders::build(&source, &mut |part| {
        bar.set_position((part * len) as u64);
        true
    });
    bar.finish_and_clear();
    index.map_err(|error| match error {
        MediaError::Read(error) => Failure::file(path, &error),
        other => other.into(),
    })
}

/// Shows it, writes it, or compares it.
pub(crate) fn index(args: &args::Index, quiet: bool) -> Outcome {
    let index = of(&args.clip, quiet)?;
    let bytes = index.to_bytes();
    let mut facts = facts(&index, &bytes);
    if let Some(bundle) = &args.check {
        compare(&args.clip, &index, &verify::open(bundle, &args.unlock)?)?;
        facts["same_as_sealed"] = true.into();
    }
    if let Some(out) = &args.out {
        let mut pending = PendingFile::create(out, false, Readers::Usual)?;
        fuin_core::Sink::append(&mut pending, &bytes).map_err(|error| Failure::file(out, &error))?;
        pending.publish()?;
    }
    Ok(Report::new(text(&index, args.check.is_some()), facts))
}

/// Refuses where the clip is not in the bundle, or was indexed otherwise.
fn compare(clip: &Path, index: &Index, bundle: &Verified<FileSource>) -> Result<(), Failure> {
    let sha256 = sha256_of(clip)?;
    let place = bundle.manifest().clips.iter().position(|known| known.content.sha256 == sha256);
    let Some(place) = place else {
        return Err(Failure::new(
            "clip_not_there",
            said!(
                "封印ファイルに、SHA-256 が {sha256} の映像はありません",
                "no clip of the bundle has the SHA-256 {sha256}"
            ),
        ));
    };
    if Index::parse(&bundle.index(place)?, index.clip_bytes)? == *index {
        return Ok(());
    }
    Err(Failure::new(
        "index_differs",
        said!(
            "封印ファイルの索引は、この版がこの映像からつくるものと違います",
            "the index in the bundle is not the one that this version makes of the clip"
        ),
    ))
}

/// SHA-256 of a file, in hexadecimal.
pub(crate) fn sha256_of(path: &Path) -> Result<String, Failure> {
    let mut file = std::fs::File::open(path).map_err(|error| Failure::file(path, &error))?;
    let mut hash = fuin_core::ClipHash::default();
    let mut piece = vec![0; fuin_core::PIECE_BYTES];
    loop {
        let mut filled = 0;
        while filled < piece.len() {
            match file.read(&mut piece[filled..]).map_err(|error| Failure::file(path, &error))? {
                0 => break,
                read => filled += read,
            }
        }
        hash.update(&piece[..filled]);
        if filled < piece.len() {
            return Ok(data_encoding::HEXLOWER.encode(&hash.finish().sha256));
        }
    }
}

fn facts(index: &Index, bytes: &[u8]) -> Value {
    let videos: Vec<_> = index
        .videos
        .iter()
        .map(|video| {
            let codec = video.codec();
            json!({ "codec": codec.name, "pictures": video.samples.len(), "width": codec.width,
                "height": codec.height, "keys": video.samples.iter().filter(|s| s.is_sync).count(),
                "timescale": video.timescale, "turn": video.turn, "missing": video.missing,
                "left_out": video.left_out, "configurations": video.configurations.len() })
        })
        .collect();
    let sounds: Vec<_> = index
        .audio
        .iter()
        .map(|audio| {
            json!({ "codec": audio.codec.name(), "packets": audio.packets.len(), "rate": audio.rate,
                "channels": audio.channels })
        })
        .collect();
    json!({ "ok": true, "format": index.format, "bytes": index.clip_bytes, "refusal": refusal(index),
        "videos": videos, "sounds": sounds, "unused": index.unused, "cut_off": index.cut_off,
        "created": index.created, "index_bytes": bytes.len(), "index_sha256": fuin_core::sha256_hex(bytes) })
}

/// Code and words of why it cannot be played.
fn refusal(index: &Index) -> Value {
    index.refusal.clone().map_or(Value::Null, |refusal| {
        let error = MediaError::Refused(refusal);
        json!({ "code": error.code(), "cause": error.to_string() })
    })
}

fn text(index: &Index, compared: bool) -> String {
    let mut lines = vec![said!("{}、{} バイト", "{}, {} bytes", index.format, index.clip_bytes)];
    if let Some(refusal) = &index.refusal {
        let error = MediaError::Refused(refusal.clone());
        lines.push(Failure::from(error).cause().to_owned());
    }
    for video in &index.videos {
        let codec = video.codec();
        let (count, name) = (video.samples.len(), &codec.name);
        lines.push(said!(
            "画像 {count} コマ、{name}、{}x{}",
            "{count} pictures, {name}, {}x{}",
            codec.width,
            codec.height
        ));
    }
    if let Some(audio) = &index.audio {
        lines.push(said!(
            "音声 {}、{} Hz、{} チャンネル",
            "sound, {}, {} Hz, {} channels",
            audio.codec.name(),
            audio.rate,
            audio.channels
        ));
    }
    for unused in &index.unused {
        lines.push(said!("使わないもの：{}（{}）", "not used: {} ({})", unused.what, unused.why));
    }
    if compared {
        lines.push(said!(
            "封印ファイルの索引は、この映像からつくるものと同じです。",
            "The index in the bundle is the one that this clip gives."
        ));
    }
    lines.join("\n")
}
