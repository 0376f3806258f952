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
    files::FileSource,
    terminal, viewer,
    words::said,
};

/// Serves page and bundle until the command is stopped.
pub(crate) fn serve(args: &View) -> Outcome {
    let mut text = fuin_server::speaking(&viewer::told_its_hash(viewer::page()?));
    let bundle = args.bundle.as_deref().map(open).transpose()?;
    if let Some((bundle, name)) = &bundle {
        text = fuin_server::with_meta(&text, "fuin-bundle", &format!("{} {name}", bundle.len()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("desk_failed", error.to_string()))?;
    runtime.block_on(async {
        let (place, is_usual) = door::listen_somewhere(args.port).await?;
        // A name, not a number: browsers give passkeys to names alone.
        let page =
            Page { name: "localhost", text: text.into(), part: "", bundle: bundle.map(|(bundle, _)| bundle) };
        door::open(place, page, !args.no_browser, |url| terminal::say(&words(url, is_usual))).await
    })
}

/// The bundle and its name. What is no bundle is said here, before any window opens.
fn open(path: &Path) -> Result<(FileSource, String), Failure> {
    Sealed::read(FileSource::open(path)?)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((FileSource::open(path)?, name))
}

/// Where the bundle is to be seen, and how this is other than from a stick.
fn words(url: &str, is_usual: bool) -> String {
    let told = said!(
        "映像の画面：{url}\n\
         このコマンドが動いている間だけ見られます（Ctrl+C で終わります）。この PC からしか開けません。\n\
         USB メモリーの fuin.html で開くときとの違い：\n\
         ・封印ファイルを選ぶ必要がなく、大きなファイルも少しずつ読みます。\n\
         ・この端末の鍵を、合言葉の代わりにパスキー（指紋、PIN など）で守れます。\
         その鍵で開く封印ファイルは、この PC でしか開けません。\n\
         ・見た時刻、視聴の記録、鍵は、このアドレスのものとして、fuin.html とは別に残ります。\
         返却・消去の報告は、開いたほうの画面で作ってください。",
        "The bundle is at {url}\n\
         It is there as long as this command runs; Ctrl+C ends it. Only this PC reaches it.\n\
         What is other than with fuin.html from a stick:\n\
         - No file has to be chosen, and a large one is read piece by piece.\n\
         - The key of this device can be guarded by a passkey (a finger, a PIN) instead of a passphrase; \
         a bundle for that key opens on this PC alone.\n\
         - Times seen, viewing log and keys are kept under this address, apart from those of fuin.html. \
         Make the report of return where you watched."
    );
    if is_usual {
        return told;
    }
    let apart = said!(
        "いつものアドレスは、別の窓が使っています。ここに残る記録と鍵は、この窓だけのもので、次には引き継がれません。",
        "Another window has the usual address: what is kept here is this window's alone, and is not found again \
         next time."
    );
    format!("{told}\n{apart}")
}
