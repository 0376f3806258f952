//! `fuin desk`: the desk from an origin of its own, so that its browser storage is nobody else's.
//!
//! Entry point: [`serve`]. Absent: the desk's data, which stay in the browser under `http://127.0.0.1:PORT`.

use crate::{
    args::Desk,
    door::{self, Page},
    failure::Outcome,
    terminal, viewer,
    words::said,
};

/// Serves the page until the command is stopped.
pub(crate) fn serve(args: &Desk) -> Outcome {
    let text = viewer::told_its_hash(viewer::page()?);
    let page = Page { name: "127.0.0.1", text: text.into(), part: "#office", bundle: None };
    door::open(args.port, page, !args.no_browser, |url| {
        terminal::say(&said!(
            "発行側の画面：{url}\n\
             このコマンドが動いている間だけ使えます（Ctrl+C で終わります）。この PC からしか開けません。",
            "The desk is at {url}\n\
             It is there as long as this command runs; Ctrl+C ends it. Only this PC reaches it."
        ))
    })
}
