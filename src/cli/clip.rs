//! Clips on their way into a bundle, whole or only a part of them (必要な範囲の切り出し); `fuin clip`, which cuts a part
//! out by itself, and checks one against the clip that it was cut out of.
//!
//! Entry points: [`clip`], [`sources`]. Absent: what is cut ([`fuin_core::Cut`]).

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use fuin_core::{
    ClipNote, ClipPlan, Cut, CutError, CutOrder, CutRecord, CutSource, Index, MediaError, Provides,
    RandomAccess, Request, builders, covered, decided_part, elapsed,
};
use serde_json::json;

use crate::{
    args::{self, CutWish},
    failure::{Failure, Outcome},
    files::{FileSource, PendingFile, Readers},
    index, progress,
    report::Report,
    verify,
    words::said,
};

/// Bytes that are copied or hashed at a time.
const COPY_BYTES: usize = 4 << 20;

/// A clip, whole or a part of it.
pub(crate) enum Sealable {
    /// A file.
    Whole(PathBuf),
    /// A part of one.
    Part(Box<Cut<FileSource>>),
}

impl Sealable {
    /// Its bytes, from the first on.
    pub(crate) fn reader(self) -> Result<Box<dyn Read + Send>, Failure> {
        Ok(match self {
            Self::Whole(path) => Box::new(File::open(&path).map_err(|error| Failure::file(&path, &error))?),
            Self::Part(cut) => Box::new(Reader { cut, at: 0 }),
        })
    }
}

/// A part that is read from front to back.
struct Reader {
    cut: Box<Cut<FileSource>>,
    at: u64,
}

impl Read for Reader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let bytes = (self.cut.len() - self.at).min(buf.len() as u64) as usize;
        let Some(buf) = buf.get_mut(..bytes) else { return Ok(0) };
        self.cut.read_exact_at(self.at, buf)?;
        self.at += bytes as u64;
        Ok(bytes)
    }
}

/// Cuts a part out, or checks one.
pub(crate) fn clip(args: &args::CutOut, quiet: bool) -> Outcome {
    match (&args.check, &args.out) {
        (Some(bundle), _) => check(args, bundle, quiet),
        (None, Some(out)) => write(args, out, quiet),
        (None, None) => Err(Failure::new(
            "clip_out_missing",
            said!("--out か --check を指定してください", "give --out or --check"),
        )),
    }
}

fn write(args: &args::CutOut, out: &Path, quiet: bool) -> Outcome {
    let (from, to) = (args.from.unwrap_or_default(), args.to.unwrap_or(i64::MAX));
    let order = CutOrder { from, to, sound: !args.without_sound };
    let (cut, record) = cut(&args.clip, index::of(&args.clip, quiet)?, &order, quiet)?;
    let mut pending = PendingFile::create(out, false, Readers::Usual)?;
    let bar = progress::bar(cut.len(), quiet);
    let sha256 = go_through(cut, |piece| {
        bar.inc(piece.len() as u64);
        fuin_core::Sink::append(&mut pending, piece).map_err(|error| Failure::file(out, &error))
    })?;
    bar.finish_and_clear();
    pending.sync()?;
    pending.publish()?;
    let text = format!("{}\n{sha256}  {}", line(&record), out.display());
    Ok(Report::new(text, json!({ "ok": true, "sha256": sha256, "cut": record })))
}

/// Cuts the parts of a bundle that are of this clip once more, and compares.
fn check(args: &args::CutOut, bundle: &Path, quiet: bool) -> Outcome {
    let bundle = verify::open(bundle, &args.unlock)?;
    let sha256 = index::sha256_of(&args.clip)?;
    let of_it = bundle.manifest().clips.iter().filter_map(|clip| Some((clip, clip.note.cut.as_ref()?)));
    let (mut lines, mut checked) = (Vec::new(), Vec::new());
    for (clip, said) in of_it.filter(|(_, said)| said.source.sha256 == sha256) {
        let (again, record) = cut(&args.clip, index::of(&args.clip, quiet)?, &said.into(), quiet)?;
        let found = go_through(again, |_| Ok(()))?;
        if found != clip.content.sha256 {
            let cause = said!(
                "{}：{} が切り出したものは、今 {} が切り出すものと違います",
                "{}: {} cut another file out of it than {} does now",
                clip.note.file_name,
                said.tool,
                record.tool
            );
            return Err(Failure::new("cut_differs", cause));
        }
        lines.push(format!("{}: {}", clip.note.file_name, line(&record)));
        checked.push(json!({ "entry": clip.entry, "sha256": found, "cut": record }));
    }
    if checked.is_empty() {
        return Err(Failure::new(
            "cut_source_other",
            said!(
                "封印ファイルに、SHA-256 が {sha256} のファイルから切り出した映像はありません",
                "no clip of the bundle was cut out of a file with the SHA-256 {sha256}"
            ),
        ));
    }
    let text = said!(
        "この映像の同じ部分は、同じバイト列になりました。\n{}",
        "The same part of this clip gives the same bytes.\n{}",
        lines.join("\n")
    );
    Ok(Report::new(text, json!({ "ok": true, "checked": checked })))
}

/// From when to when, of what.
fn line(record: &CutRecord) -> String {
    let pictures: u64 = record.videos.iter().map(|video| u64::from(video.pictures)).sum();
    let (from, to) = (elapsed(record.from), elapsed(record.to));
    said!(
        "{} の {from} から {to} まで、{pictures} コマ",
        "{from} to {to} of {}, {pictures} pictures",
        record.source.file_name
    )
}

/// A part of a file, and what is written down of it.
fn cut(
    path: &Path,
    index: Index,
    order: &CutOrder,
    quiet: bool,
) -> Result<(Cut<FileSource>, CutRecord), Failure> {
    let source = FileSource::open(path)?;
    let bar = progress::bar(source.len(), quiet);
    let len = source.len();
    let cut = Cut::new(source, index, order, &mut |part| {
        bar.set_position((part * len as f64) as u64);
        true
    });
    bar.finish_and_clear();
    let cut = cut.map_err(|error| match error {
        CutError::Media(MediaError::Read(error)) => Failure::file(path, &error),
        other => other.into(),
    })?;
    let sha256 = index::sha256_of(path)?;
    let record = cut.record(CutSource { file_name: file_name(path), bytes: len, sha256 });
    Ok((cut, record))
}

/// Gives all bytes of a part, in their order; gives back their SHA-256 in hexadecimal.
fn go_through(
    cut: Cut<FileSource>,
    mut on_piece: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<String, Failure> {
    let mut reader = Reader { cut: Box::new(cut), at: 0 };
    let mut hash = fuin_core::ClipHash::default();
    let mut piece = vec![0; COPY_BYTES];
    loop {
        let had = reader.read(&mut piece).map_err(MediaError::from)?;
        let Some(bytes) = piece.get(..had).filter(|bytes| !bytes.is_empty()) else { break };
        // A hash takes whole segments, but for the last.
        hash.update(bytes);
        on_piece(bytes)?;
    }
    Ok(data_encoding::HEXLOWER.encode(&hash.finish().sha256))
}

pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The clips that are sealed for a request, whole or as much of them as is wished.
pub(crate) fn sources(
    args: &args::Clips,
    granted: (&Request, &Provides),
    quiet: bool,
) -> Result<(Vec<ClipPlan>, Vec<Sealable>), Failure> {
    let (request, _) = granted;
    for fields in &request.clip {
        if !args.clips.iter().any(|path| request.clip_of(&file_name(path)) == Some(fields)) {
            let told = said!(
                "{}：申請に書かれた映像が、封印するものの中にありません",
                "{}: the request describes this clip, and it is not among those that are sealed",
                fields.file
            );
            eprintln!("{told}");
        }
    }
    let wish_of = |wish: &CutWish| args.clips.iter().any(|path| file_name(path) == wish.file);
    if let Some(wish) = args.cut.iter().find(|wish| !wish_of(wish)) {
        return Err(Failure::new(
            "cut_clip_other",
            said!("{}：この名前の --clip はありません", "{}: there is no such --clip", wish.file),
        ));
    }
    let sources = args.clips.iter().map(|path| source(path, args, granted, quiet));
    Ok(sources.collect::<Result<Vec<_>, _>>()?.into_iter().unzip())
}

fn source(
    path: &Path,
    args: &args::Clips,
    granted: (&Request, &Provides),
    quiet: bool,
) -> Result<(ClipPlan, Sealable), Failure> {
    let metadata = std::fs::metadata(path).map_err(|error| Failure::file(path, &error))?;
    let name = file_name(path);
    let known = granted.0.clip_of(&name).cloned().unwrap_or_default();
    let mut note = ClipNote { file_name: name, ..known.into() };
    if note.camera.is_empty() {
        let Some(camera) = granted.1.only_camera() else {
            let cause = said!(
                "{}：申請の [[clip]] にカメラ名がありません",
                "{}: name its camera in a [[clip]] of the request",
                note.file_name
            );
            return Err(Failure::new("clip_camera", cause));
        };
        note.camera = camera.to_owned();
    }
    let index = index::of(path, quiet)?;
    let Some(wish) = args.cut.iter().find(|wish| wish.file == note.file_name) else {
        if let Some(refusal) = &index.refusal {
            // Sealed all the same: under the export grant the recipient takes it out.
            eprintln!(
                "{}",
                said!(
                    "{}：受領者は見られません：{refusal}",
                    "{}: recipients will not see it: {refusal}",
                    note.file_name
                )
            );
        }
        let plan = ClipPlan { note, bytes: metadata.len(), index: index.to_bytes() };
        return Ok((plan, Sealable::Whole(path.to_owned())));
    };
    let (from, to) = match wish.part {
        Some(part) => part,
        None => decided(&note, &index, granted.1)?,
    };
    let order = CutOrder { from, to, sound: !args.cut_without_sound };
    let (cut, record) = cut(path, index, &order, quiet)?;
    let starts_at = note.starts_at.map(|at| at.plus_secs(cut.micros_cut_off().div_euclid(1_000_000)));
    let note = ClipNote { file_name: record.source.part_name(), starts_at, cut: Some(record), ..note };
    let of_part = builders::build(&cut, &mut |_| true)?;
    let plan = ClipPlan { note, bytes: cut.len(), index: of_part.to_bytes() };
    Ok((plan, Sealable::Part(Box::new(cut))))
}

/// What was decided of a clip, in microseconds of its own time.
fn decided(note: &ClipNote, index: &Index, provides: &Provides) -> Result<(i64, i64), Failure> {
    let unknown = || {
        let cause = said!(
            "{}：撮影開始が分からないか、決定した範囲にありません",
            "{}: it is not known when it begins, or nothing of it was decided",
            note.file_name
        );
        Failure::new("cut_undecided", cause)
    };
    let covers = covered(note, index).ok_or_else(unknown)?;
    let begin =
        index.videos.first().map_or(0, |video| fuin_core::Pictures::new(video.clone()).begin_micros());
    let (from, to) = decided_part(&note.camera, covers, provides).ok_or_else(unknown)?;
    let at = |seconds: i64| seconds.saturating_mul(1_000_000).saturating_add(begin);
    Ok((at(from), at(to)))
}
