//! How a word of the command line becomes a value of core.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use fuin_core::{BundleId, Day, FootageRange, OwedReport, Timestamp, parse_elapsed};

use crate::words::said;

/// One of `all`, by its name with hyphens; the help shows what `japanese` says of it.
pub(crate) fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
    japanese: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let hyphened = move |value: T| name(value).replace('_', "-");
    PossibleValuesParser::new(
        all.iter().map(|&value| PossibleValue::new(hyphened(value)).help(japanese(value))),
    )
    .try_map(move |word| all.iter().copied().find(|&value| hyphened(value) == word).ok_or("unknown word"))
}

pub(crate) fn parse_time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|_| {
        said!("2026-11-22T10:00:00+09:00 のように書いてください", "write it like 2026-11-22T10:00:00+09:00")
    })
}

pub(crate) fn parse_day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|_| said!("2026-11-22 のように書いてください", "write it like 2026-11-22"))
}

pub(crate) fn parse_id(text: &str) -> Result<BundleId, String> {
    BundleId::parse_typed(text)
        .ok_or_else(|| said!("R8-0001-7K3Q のように書いてください", "a 管理番号 looks like R8-0001-7K3Q"))
}

/// A place in a clip, in microseconds of its own time.
pub(crate) fn parse_position(text: &str) -> Result<i64, String> {
    parse_elapsed(text).ok_or_else(|| said!("0:12:00.5 のように書いてください", "write it like 0:12:00.5"))
}

/// Which part of which clip is wanted.
#[derive(Debug, Clone)]
pub(crate) struct CutWish {
    /// The file's name, without folders.
    pub file: String,
    /// From when to when, in microseconds of its own time; as decided, if nothing is said.
    pub part: Option<(i64, i64)>,
}

/// `FILE` or `FILE=FROM-TO`.
pub(crate) fn parse_cut(text: &str) -> Result<CutWish, String> {
    let part = text.rsplit_once('=').and_then(|(file, part)| {
        let (from, to) = part.split_once('-')?;
        Some((file, (parse_elapsed(from)?, parse_elapsed(to)?)))
    });
    match part {
        Some((file, part)) => Ok(CutWish { file: file.to_owned(), part: Some(part) }),
        None if text.contains('=') => Err(said!(
            "cam1.mp4=0:12:00-0:14:30 のように書いてください",
            "write it like cam1.mp4=0:12:00-0:14:30"
        )),
        None => Ok(CutWish { file: text.to_owned(), part: None }),
    }
}

/// Camera, beginning and end, with commas between.
pub(crate) fn parse_range(text: &str) -> Result<FootageRange, String> {
    let how = said!(
        "正面出入口 1番,2026-11-18T21:00:00+09:00,2026-11-18T21:10:00+09:00 のように書いてください",
        "write it like 正面出入口 1番,2026-11-18T21:00:00+09:00,2026-11-18T21:10:00+09:00"
    );
    let mut parts = text.rsplitn(3, ',');
    let (to, from, camera) = (parts.next(), parts.next(), parts.next());
    let (Some(to), Some(from), Some(camera)) = (to, from, camera) else { return Err(how) };
    let at = |text: &str| Timestamp::parse(text.trim()).map_err(|_| how.clone());
    Ok(FootageRange { camera: camera.trim().to_owned(), from: at(from)?, to: at(to)? })
}

/// A report that rules ask for.
pub(crate) fn parse_owed(text: &str) -> Result<OwedReport, String> {
    let how = || {
        said!(
            "disclosure:3, incident:41 or yearly:2026 のように書いてください",
            "write it like disclosure:3, incident:41 or yearly:2026"
        )
    };
    let (kind, number) = text.split_once(':').ok_or_else(how)?;
    let count = || number.parse().map_err(|_| how());
    match kind {
        "disclosure" => Ok(OwedReport::Disclosure { number: count()? }),
        "incident" => Ok(OwedReport::Incident { line: count()? }),
        "yearly" => Ok(OwedReport::Yearly { year: number.parse().map_err(|_| how())? }),
        _ => Err(how()),
    }
}

/// Minutes that somebody stays signed in: at most a week.
pub(crate) fn parse_lifetime(text: &str) -> Result<u64, String> {
    let minutes = text.parse().ok().filter(|minutes| (1..=10_080).contains(minutes));
    minutes.ok_or_else(|| said!("1 から 10080 までの分で書いてください", "write minutes from 1 to 10080"))
}
