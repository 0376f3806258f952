//! `fuin view`: a bundle in the viewer, which comes from an address of this PC instead of a stick.
//!
//! Entry point: [`serve`]. The page reads the bundle piece by piece, whatever its size; passkeys can guard the keys of
//! this device there. Absent: keys and pictures, which this command does not see.

use std::path::Path;

use fuin_core::{RandomAccess, Sealed};

use crate::{
    args::View,
    door::{self, Page},
    failure::{Failure, Outcome},
    files::{FileSource, is_first_part},
    terminal, viewer,
    words::said,
};

/// Serves page and bundle until the command is stopped.
pub(crate) fn serve(args: &View) -> Outcome {
    let bundle = args.bundle.as_deref().map(open).transpose()?;
    let text = viewer::told_its_hash(viewer::page()?);
    let text = match &bundle {
        // A page that reads nothing of it need not speak to this program.
        None => fuin_server::with_meta(&text, META, ""),
        Some((bundle, name)) => {
            let said = format!("{} {name}", bundle.len());
            fuin_server::with_meta(&fuin_server::speaking(&text), META, &said)
        }
    };
    let words = words(bundle.is_some());
    // A name, not a number: browsers give passkeys to names alone.
    let page =
        Page { name: "localhost", text: text.into(), part: "", bundle: bundle.map(|(bundle, _)| bundle) };
    door::open(args.port, page, !args.no_browser, |url| {
        terminal::say(&format!("{}{url}\n{words}", said!("画面：", "The page is at ")))
    })
}

/// Tells the page what it is given out for (`src/app/platform/page.rs`).
const META: &str = "fuin-view";

/// The bundle and its name. What is no bundle is said here, before any window opens.
fn open(path: &Path) -> Result<(FileSource, String), Failure> {
    Sealed::read(FileSource::open(path)?)?;
    // Parts are one file, as on the first screen.
    let named = if is_first_part(path) { path.with_extension("") } else { path.to_owned() };
    let name = named.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((FileSource::open(path)?, name))
}

/// How this is other than from a stick.
fn words(has_bundle: bool) -> String {
    let of_bundle = match has_bundle {
        false => String::new(),
        true => said!(
            "・封印ファイルを選ぶ必要がなく、大きなファイルも少しずつ読みます。\n",
            "- No file has to be chosen, and a large one is read piece by piece.\n"
        ),
    };
    said!(
        "このコマンドが動いている間だけ使えます（Ctrl+C で終わります）。この PC からしか開けません。\n\
         USB メモリーの fuin.html で開くときとの違い：\n\
         {of_bundle}\
         ・この端末の鍵を、合言葉の代わりにパスキー（指紋、PIN など）で守れます。\
         その鍵だけで開く封印ファイルは、そのパスキーのある端末でしか開けません。\n\
         ・見た時刻、視聴の記録、鍵は、このアドレスとポート番号のものとして、fuin.html とは別に残ります。\
         返却・消去の報告は、開いたほうの画面で作ってください。",
        "It is there as long as this command runs; Ctrl+C ends it. Only this PC reaches it.\n\
         What is other than with fuin.html from a stick:\n\
         {of_bundle}\
         - The key of this device can be guarded by a passkey (a finger, a PIN) instead of a passphrase; \
         a bundle for that key alone opens only where that passkey is.\n\
         - Times seen, viewing log and keys are kept under this address and port, apart from those of fuin.html. \
         Make the report of return where you watched."
    )
}
