//! A refusal: stable code, cause, and what to do next.

use std::fmt;

use fuin_core::Coded;
use serde_json::json;

use crate::report::Report;

/// What every command gives back.
pub(crate) type Outcome = Result<Report, Failure>;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    cause: String,
}

impl Failure {
    /// A refusal that no core error stands for.
    pub(crate) fn new(code: &'static str, cause: impl Into<String>) -> Self {
        Self { code, cause: cause.into() }
    }

    /// A file that could not be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::NotFound => "file_not_found",
            std::io::ErrorKind::InvalidFilename => "file_name_long",
            _ => "file_error",
        };
        Self::new(code, format!("{}: {error}", path.display()))
    }

    /// As `--json` prints it.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        json!({ "ok": false, "error": { "code": self.code, "cause": self.cause, "advice": self.advice() } })
    }

    fn advice(&self) -> &'static str {
        match self.code {
            "wrong_key" => "Check the passphrase on the separate letter, or ask the issuing office for it.",
            "office_passphrase_wrong" => {
                "Check the office's passphrase; without it the backup cannot be opened."
            }
            "no_slot" => {
                "This bundle was sealed for another kind of key. Use the passphrase, or the right key file."
            }
            "expired" => "Ask the issuing office for an extension.",
            "not_yet_valid" => "Wait until the period begins, or check this computer's clock.",
            "not_granted" => "Ask the issuing office to seal the clip again with --grant export.",
            "file_not_found" => "Check the path.",
            "rules_unknown" => "Choose one of these, or give the path of a rule file.",
            "file_name_long" => "Choose a shorter name; while it is written, a file has 20 letters more.",
            "file_exists" => "Choose another name; nothing is overwritten.",
            "clock_backwards" | "clock_ahead" => {
                "Set this computer's clock. If it is right, give --clock-is-right: the latest time is then set to now."
            }
            "clip_not_there" => "Take the clip out of this bundle again with `fuin extract`.",
            "index_differs" => "Compare with the version of fuin that sealed it, and ask the issuing office.",
            "import_unruly" => "Ask the person who recorded it. If it is right, import again with --anyway.",
            "attachment_kind" => "Scan the paper again, or save it as PDF.",
            "file_text" => "Save the file as UTF-8, or take the original.",
            "desk_port_taken" => {
                "Is `fuin desk` running already? Use its window, or end the program that has the port. \
                 With another --port the desk is another, empty one."
            }
            "head_not_written" | "office_read_only" => "Free space or get the right to write there.",
            "trace_picture" => "Choose a PNG, JPEG or WebP picture, or a video; save any other kind as PNG.",
            "trace_codec" => "Save a picture of the video as PNG, or convert it to H.264.",
            "trace_no_picture" => "Save a picture of the video as PNG.",
            "code_mistyped" => "Read the code again, group by group.",
            "code_wrong" | "receipt_other_bundle" => "Check the 管理番号 on the receipt.",
            "ticket_alone" => "A ticket shows nothing by itself: put the bundle beside it.",
            "ticket_other" => "Take the bundle that the ticket names; `fuin inspect` shows both numbers.",
            "bundle_key_missing" => "Without the kept key no ticket can be issued; seal the clip again.",
            "bundle_key_other" => "Restore the office's folder from its backup, or seal the clip again.",
            "extension_form" | "extension_mistyped" => "Read the extension code again, group by group.",
            "extension_other" => "Ask the office for the code of this 管理番号.",
            "extension_not_later" => "Nothing to do; the period ends as late already.",
            "receipt_duplicate" => "Nothing to do; it was recorded before.",
            "request_form" | "request_missing" | "request_range" => "Compare with `fuin request example`.",
            "rules_refuse" => "Complete the request as the articles ask, or refuse it.",
            "office_key_changed" => "Take the new office.key and its passphrase from that PC.",
            "office_keys" => "Found a new office.",
            "passphrase_missing" => {
                "Give a passphrase file, set the environment variable, or run in a terminal."
            }
            "ledger_damaged" => "Run `fuin ledger verify`, and restore the ledger from its last backup.",
            code if code.starts_with("container_")
                || code.starts_with("entry_")
                || code.starts_with("manifest_") =>
            {
                "The file was damaged or altered. Ask the issuing office for a new copy; do not rely on this one."
            }
            code => advice_on_parts(code),
        }
    }
}

fn advice_on_parts(code: &str) -> &'static str {
    match code {
        "clip_out_missing" => "Say where the part goes with --out, or in which bundle it is with --check.",
        "cut_order" | "cut_empty" => "Look at its times with `fuin index`, and give other ones.",
        "cut_codec" => "Seal the whole clip, or convert it and say so in the letter.",
        "cut_sound" => "Cut it without sound.",
        "cut_clip_other" => "Name the file as in --clip, without folders.",
        "cut_undecided" => "Give its beginning (starts_at) in a [[clip]] of the request, or FILE=FROM-TO.",
        "cut_differs" => "Check it with the version of fuin that cut it, and ask the issuing office.",
        "cut_source_other" => {
            "Take the file that the office cut it out of; its SHA-256 stands in the bundle."
        }
        code => advice_on_certificates(code),
    }
}

fn advice_on_certificates(code: &str) -> &'static str {
    match code {
        "x509_chain" => {
            "Give the root certificate from the authority's own site, and check that it is the right one."
        }
        "x509_period" => "Ask for a certificate that was valid at that time.",
        "x509_algorithm" => "Only RSA with 2048 to 4096 bits and P-256 are read, with SHA-2.",
        "certificate_revoked" => "Do not rely on this key; ask the issuing office by another way.",
        "certification_missing" => "Leave --root away, or have the key certified: `fuin office certify`.",
        "time_stamp_missing" => "Leave --time-root away, or get a time stamp: `fuin stamp query`.",
        "time_stamp_other" => "Take the answer to the question that was asked for this very file.",
        "time_stamp_refused" => "Ask the authority again; its answer says why it refused.",
        _ => "See README.md, or ask whoever looks after this program.",
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused [{}]: {}\n{}", self.code, self.cause, self.advice())
    }
}

impl<E: Coded + fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
