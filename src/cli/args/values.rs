//! How a word of the command line becomes a value of core.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use fuin_core::{BundleId, Day, Timestamp};

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
    Timestamp::parse(text).map_err(|_| "write it like 2026-11-22T10:00:00+09:00".to_owned())
}

pub(crate) fn parse_day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|_| "write it like 2026-11-22".to_owned())
}

pub(crate) fn parse_id(text: &str) -> Result<BundleId, String> {
    BundleId::parse_typed(text).ok_or_else(|| "a 管理番号 looks like R8-0001-7K3Q".to_owned())
}
