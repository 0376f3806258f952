//! A progress bar with bytes, rate and remaining time, on standard error and only in a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Starts a bar of a hundred steps.
pub(crate) fn steps(quiet: bool) -> ProgressBar {
    start(100, "{bar:40} {percent}%  {eta}", quiet)
}

/// Starts a bar of `bytes` bytes.
pub(crate) fn bar(bytes: u64, quiet: bool) -> ProgressBar {
    start(bytes, "{bar:40} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}", quiet)
}

fn start(length: u64, template: &str, quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(5) };
    let bar = ProgressBar::with_draw_target(Some(length), target);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
