//! A progress bar with bytes, rate and remaining time, on standard error and only in a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Starts a bar of a hundred steps.
pub(crate) fn steps(quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(5) };
    let bar = ProgressBar::with_draw_target(Some(100), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent}%  {eta}") {
        bar.set_style(style);
    }
    bar
}

/// Starts a bar of `bytes` bytes.
pub(crate) fn bar(bytes: u64, quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(5) };
    let bar = ProgressBar::with_draw_target(Some(bytes), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}")
    {
        bar.set_style(style);
    }
    bar
}
