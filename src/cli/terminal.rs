//! What is printed: reports to standard output, warnings and refusals to standard error. Nothing that came from outside
//! reaches the terminal as a command.
//!
//! Entry points: [`say`], [`warn`], [`escape`]. Absent: progress bars.

use std::{
    io::{self, Write as _},
    sync::Mutex,
};

/// What went wrong beside the work that was done; `main` prints it after the report.
static WARNINGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Prints a report and makes sure that it arrived. A reader that went away (`| head`) is no error of ours.
pub(crate) fn say(words: &str) -> io::Result<()> {
    let mut out = io::stdout();
    match writeln!(out, "{}", escape(words)).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Keeps a warning until the work is done.
pub(crate) fn warn(words: impl Into<String>) {
    if let Ok(mut warnings) = WARNINGS.lock() {
        warnings.push(words.into());
    }
}

/// The warnings so far.
pub(crate) fn warnings() -> Vec<String> {
    WARNINGS.lock().map(|mut warnings| std::mem::take(&mut *warnings)).unwrap_or_default()
}

/// Writes controls (C0, C1) and letters that turn the direction as `\u001b`, which JSON reads back; line ends and tabs
/// stay.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}')
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        if turns || (c.is_control() && c != '\n' && c != '\t') {
            safe.push_str(&format!("\\u{:04x}", c as u32));
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn f17_nothing_from_outside_commands_the_terminal() {
        let hostile = "a\u{1b}[2K\r\u{9b}32m検証できました（偽）\u{202e}b\u{7}\u{7f}";
        assert_eq!(escape(hostile), "a\\u001b[2K\\u000d\\u009b32m検証できました（偽）\\u202eb\\u0007\\u007f");
        assert_eq!(escape("令和8年\t1行\n2行"), "令和8年\t1行\n2行");
    }
}
