//! The command line's words.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use fuin_core::{BundleId, Day, Grant, OddClock, ReceiptKind, Timestamp};

use crate::words::Language;

mod ledger;
mod office;
mod record;
mod serve;
mod stamp;
mod trace;
mod values;

pub(crate) use self::values::CutWish;
use self::values::{one_of, parse_cut, parse_day, parse_id, parse_position, parse_time};
pub(crate) use self::{
    ledger::{LedgerCommand, Unite},
    office::{CertifyCommand, CertifyRecord, ChangeKey, OfficeCommand, OfficeNew, OfficePassphrase},
    record::{DestroyArgs, IncidentArgs, LetterArgs, OperationArgs, Record, ReviewArgs, What},
    serve::{Serve, ServerCommand, StoreAt},
    stamp::{Opened, StampBundle, StampCheck, StampCommand, StampReceipt},
    trace::Trace,
};

/// Seal, verify and account for disclosed security-camera footage.
#[derive(Parser)]
#[command(name = "fuin", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Print reports and refusals as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress bar.
    #[arg(long, global = true)]
    pub quiet: bool,
    /// The language of all that is printed (default: as the operating system has it).
    #[arg(long, global = true)]
    pub lang: Option<Language>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// The issuing office.
    Office {
        #[command(subcommand)]
        command: OfficeCommand,
    },
    /// Requests for footage.
    Request {
        #[command(subcommand)]
        command: RequestCommand,
    },
    /// The municipal rule sets.
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },
    /// A recipient's keys, to open bundles that were sealed for them.
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Print a new passphrase that can be read out on the telephone.
    Passphrase,
    /// Seal clips for one recipient.
    Seal(Seal),
    /// Give the sealed clips of a bundle to somebody else, to a new PC or for a new period, by a small file.
    Ticket(Ticket),
    /// Cut a part out of a clip as an MP4 file, without coding anything anew; or check one that was sealed.
    Clip(CutOut),
    /// Show what of a clip is footage: the index that is sealed beside it.
    Index(Index),
    /// Show what is written on the outside of a bundle.
    Inspect {
        /// The bundle.
        bundle: PathBuf,
    },
    /// Check every byte of a bundle: container, signature, chunks, SHA-256 of every clip.
    Verify(Verify),
    /// Take the clips out, where the disclosure permits it.
    Extract(Extract),
    /// Report what became of a bundle, as the recipient: prints the code, writes the receipt file.
    Receipt(Receipt),
    /// Time stamps (RFC 3161): what somebody else says of when a bundle or a receipt existed.
    Stamp {
        #[command(subcommand)]
        command: StampCommand,
    },
    /// Confirm a receipt, by file or by typed code.
    Confirm(Confirm),
    /// Close a disclosure after its medium was checked.
    Close(Close),
    /// Record what happened: requests, reviews, decisions, extensions, reports, incidents, the operations log.
    Record(Record),
    /// Look whose copy a picture or a video shows, by the forensic mark of its pixels.
    Trace(Trace),
    /// The office's ledger.
    Ledger {
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Write the viewer page that was built into this program.
    Viewer {
        /// Where to.
        #[arg(long, default_value = "fuin.html")]
        out: PathBuf,
    },
    /// Print what this program is made of, and under which licences.
    Notice,
    /// Open a bundle in the browser, from an address of this PC instead of a stick.
    View(View),
    /// Open the desk in the browser, in a place of its own that no other file reaches.
    Desk(Desk),
    /// Serve the page and one ledger to several desks, over HTTPS (docs/operate.md).
    Serve(Box<Serve>),
    /// Prepare and look after what `fuin serve` keeps.
    Server {
        #[command(subcommand)]
        command: ServerCommand,
    },
}

/// A bundle in a page of this PC.
#[derive(clap::Args)]
pub(crate) struct View {
    /// The bundle; without one, the page's first screen, e.g. to make a request.
    pub bundle: Option<PathBuf>,
    /// The port; another one for a second window at once. What the viewer keeps belongs to it: records and keys are
    /// found again on the same port alone.
    #[arg(long, default_value_t = 47_316)]
    pub port: u16,
    /// Open no browser.
    #[arg(long)]
    pub no_browser: bool,
}

/// The desk as a page of this PC.
#[derive(clap::Args)]
pub(crate) struct Desk {
    /// The port. What the desk keeps belongs to it: another port is another, empty desk.
    #[arg(long, default_value_t = 47_315)]
    pub port: u16,
    /// Open no browser.
    #[arg(long)]
    pub no_browser: bool,
}

#[derive(Subcommand)]
pub(crate) enum RequestCommand {
    /// Print a request.toml with every field explained.
    Example {
        /// Rule set.
        #[arg(long)]
        rules: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rule sets.
    List,
    /// Show one with its articles.
    Show {
        /// Its name.
        name: String,
        /// As a rule file, to start one's own from.
        #[arg(long)]
        toml: bool,
    },
    /// Say what is wrong with a rule file, or nothing.
    Check {
        /// The file.
        file: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a recipient's keys: FILE (under a passphrase, to keep) and FILE.pub (to give to the office).
    New {
        /// Where to.
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        passphrase: RecipientPassphrase,
    },
}

#[derive(clap::Args)]
pub(crate) struct Seal {
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// The request (see `fuin request example`): it is recorded, decided by the rules and sealed at once.
    #[arg(long, required_unless_present = "number", conflicts_with = "number")]
    pub request: Option<PathBuf>,
    /// A request that was recorded and granted before (`fuin record`).
    #[arg(long)]
    pub number: Option<u64>,
    /// With --number: 管理番号 of what this takes the place of for the same request (a broken stick, a new period).
    #[arg(long, value_parser = parse_id, requires = "number")]
    pub replaces: Option<BundleId>,
    #[command(flatten)]
    pub clips: Clips,
    #[command(flatten)]
    pub lets_in: LetsIn,
    /// The bundle to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Put fuin.html beside the bundle.
    #[arg(long)]
    pub viewer: bool,
    #[command(flatten)]
    pub terms: Terms,
    /// Who seals (取扱者), for the ledger.
    #[arg(long, default_value = "取扱者")]
    pub operator: String,
}

/// What is sealed.
#[derive(clap::Args)]
pub(crate) struct Clips {
    /// A clip; may be given several times.
    #[arg(long = "clip", required = true)]
    pub clips: Vec<PathBuf>,
    /// Seal only a part of a clip: FILE=FROM-TO, as in cam1.mp4=0:12:00-0:14:30, or FILE alone for what was decided
    /// of it. It begins with a key picture; nothing is coded anew. May be given for each clip.
    #[arg(long, value_parser = parse_cut, value_name = "FILE[=FROM-TO]")]
    pub cut: Vec<CutWish>,
    /// Without sound, in all parts that are cut.
    #[arg(long, requires = "cut")]
    pub cut_without_sound: bool,
}

/// Who is to open a bundle or a ticket.
#[derive(clap::Args)]
pub(crate) struct LetsIn {
    #[command(flatten)]
    pub recipient_passphrase: RecipientPassphrase,
    /// The recipient's public key; with it no passphrase is needed.
    #[arg(long)]
    pub recipient_key: Option<PathBuf>,
    /// Also seal for the key of the recipient's device that came with the request.
    #[arg(long)]
    pub for_device: bool,
}

/// What is agreed with the recipient.
#[derive(clap::Args)]
pub(crate) struct Terms {
    /// First instant at which it may be watched (default: now).
    #[arg(long, value_parser = parse_time)]
    pub not_before: Option<Timestamp>,
    /// Last instant at which it may be watched (default: end of the return date).
    #[arg(long, value_parser = parse_time)]
    pub not_after: Option<Timestamp>,
    /// The number of the medium (default: the request's).
    #[arg(long)]
    pub medium_number: Option<String>,
    /// 返却期限 (default: the request's).
    #[arg(long, value_parser = parse_day)]
    pub return_due: Option<Day>,
    /// What a viewer does whose clock runs behind what it has seen.
    #[arg(long, default_value = "refuse", value_parser = one_of(OddClock::ALL, OddClock::name, OddClock::japanese))]
    pub odd_clock: OddClock,
    /// The most that letters of the visible marks hide of a picture, in percent: 15 to 60.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u8).range(15..=60))]
    pub mark_opacity: u8,
    /// How close the visible marks stand: every half (2) or every third (3) of width and height bears them whole.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(2..=3))]
    pub mark_repeat: u8,
    /// Permissions beyond watching.
    #[arg(long, value_delimiter = ',', value_parser = one_of(Grant::ALL, Grant::name, Grant::japanese))]
    pub grant: Vec<Grant>,
}

/// A ticket: the same sealed clips for somebody else, for a new PC, after a broken stick, or for a new period.
#[derive(clap::Args)]
pub(crate) struct Ticket {
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// 管理番号 of the bundle.
    #[arg(long)]
    pub bundle: String,
    /// Another request that was granted, for somebody else. Without it the ticket takes the place of what the
    /// bundle's own request got before: for a new PC, after a broken stick, for a new period.
    #[arg(long)]
    pub number: Option<u64>,
    /// 職氏名 of somebody else who watches under the same request, beside what it got before.
    #[arg(long, conflicts_with = "number")]
    pub reader: Option<String>,
    /// Their 部署 (default: as in the request).
    #[arg(long, requires = "reader")]
    pub reader_department: Option<String>,
    /// Their 機関名 (default: as in the request).
    #[arg(long, requires = "reader")]
    pub reader_organization: Option<String>,
    #[command(flatten)]
    pub lets_in: LetsIn,
    /// The ticket to write; the usual ending is `.ticket`.
    #[arg(long)]
    pub out: PathBuf,
    #[command(flatten)]
    pub terms: Terms,
    /// Who issues it (取扱者), for the ledger.
    #[arg(long, default_value = "取扱者")]
    pub operator: String,
}

#[derive(clap::Args)]
pub(crate) struct RecipientPassphrase {
    /// File with the recipient's passphrase (or FUIN_RECIPIENT_PASSPHRASE, or a prompt).
    #[arg(long)]
    pub recipient_passphrase_file: Option<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct Unlock {
    #[command(flatten)]
    pub passphrase: RecipientPassphrase,
    /// The recipient's key file (`fuin key new`); the passphrase is then the one that it is kept under.
    #[arg(long)]
    pub identity: Option<PathBuf>,
    /// The ticket for this bundle; passphrase or key are then the ticket's.
    #[arg(long)]
    pub ticket: Option<PathBuf>,
    /// The code by which the office extended the period.
    #[arg(long)]
    pub extension: Option<String>,
}

#[derive(clap::Args)]
pub(crate) struct CutOut {
    /// The clip.
    pub clip: PathBuf,
    /// From here, as in 0:12:00.5: it begins with the last key picture before that (default: its beginning).
    #[arg(long, value_parser = parse_position, allow_hyphen_values = true)]
    pub from: Option<i64>,
    /// To here (default: its end).
    #[arg(long, value_parser = parse_position)]
    pub to: Option<i64>,
    /// Without its sound.
    #[arg(long)]
    pub without_sound: bool,
    /// Write the part here.
    #[arg(long, conflicts_with = "check")]
    pub out: Option<PathBuf>,
    /// Cut the parts of this clip that are in a bundle once more, and compare.
    #[arg(long, conflicts_with_all = ["from", "to", "without_sound"])]
    pub check: Option<PathBuf>,
    #[command(flatten)]
    pub unlock: Unlock,
}

#[derive(clap::Args)]
pub(crate) struct Index {
    /// The clip.
    pub clip: PathBuf,
    /// Write the index here.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Compare it with the index of this clip in a bundle.
    #[arg(long)]
    pub check: Option<PathBuf>,
    #[command(flatten)]
    pub unlock: Unlock,
}

#[derive(clap::Args)]
pub(crate) struct Verify {
    /// The bundle.
    pub bundle: PathBuf,
    #[command(flatten)]
    pub unlock: Unlock,
    /// The issuing office's card; without it the signing key is only shown.
    #[arg(long)]
    pub office_card: Option<PathBuf>,
    #[command(flatten)]
    pub outside: Outside,
}

/// What the reader trusts and knows from elsewhere.
#[derive(clap::Args)]
pub(crate) struct Outside {
    /// A root certificate to which the certification of the office's key has to lead; may be given several times.
    #[arg(long)]
    pub root: Vec<PathBuf>,
    /// A root certificate to which the authority of the time stamp has to lead; may be given several times.
    #[arg(long)]
    pub time_root: Vec<PathBuf>,
    /// A list of revoked certificates (CRL) or an OCSP answer, beside those in the bundle; may be given several times.
    #[arg(long)]
    pub revocation: Vec<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct Extract {
    /// The bundle.
    pub bundle: PathBuf,
    #[command(flatten)]
    pub unlock: Unlock,
    /// Who affirms the undertaking (職氏名).
    #[arg(long)]
    pub affirm: String,
    /// Folder for the clips.
    #[arg(long)]
    pub out: PathBuf,
    /// This computer's clock was looked at and is right, although it is behind or far ahead of the latest time seen.
    #[arg(long)]
    pub clock_is_right: bool,
}

#[derive(clap::Args)]
pub(crate) struct Receipt {
    /// The bundle.
    pub bundle: PathBuf,
    #[command(flatten)]
    pub unlock: Unlock,
    /// What is reported.
    #[arg(long, value_parser = one_of(ReceiptKind::ALL, ReceiptKind::name, ReceiptKind::japanese))]
    pub kind: ReceiptKind,
    /// 報告者 (職氏名).
    #[arg(long)]
    pub reporter: String,
    /// 立会者.
    #[arg(long, default_value = "")]
    pub witness: String,
    /// 方法.
    #[arg(long, default_value = "")]
    pub method: String,
    /// 複製・印刷物の有無と処理.
    #[arg(long, default_value = "")]
    pub copies: String,
    /// 残存理由, 引継ぎ先, 備考.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Which report of this kind today, where it is not the first: from 1 to 16.
    #[arg(long, default_value_t = 1)]
    pub ordinal: u8,
    /// The receipt file to write; without it there is only the code.
    #[arg(long)]
    pub out: Option<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct Confirm {
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// A receipt file.
    #[arg(required_unless_present = "code", conflicts_with = "code")]
    pub receipt: Option<PathBuf>,
    /// 管理番号 that the receipt is for.
    #[arg(long)]
    pub bundle: Option<String>,
    /// The code as read from paper or telephone.
    #[arg(long, requires = "bundle")]
    pub code: Option<String>,
    /// Who confirms, for the ledger.
    #[arg(long, default_value = "取扱者")]
    pub operator: String,
}

#[derive(clap::Args)]
pub(crate) struct Close {
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// 管理番号.
    #[arg(long)]
    pub bundle: String,
    /// What the check of the medium showed.
    #[arg(long)]
    pub medium_check: String,
    /// 立会者.
    #[arg(long, default_value = "")]
    pub witness: String,
    /// 備考.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Who closes, for the ledger.
    #[arg(long, default_value = "取扱者")]
    pub operator: String,
}
