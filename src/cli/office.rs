//! The office's folder: keys, card, ledger, documents that came along.
//!
//! `office.key` (keys under the passphrase; also the backup), `office-card.jws` (to hand out),
//! `ledger.jsonl` (append-only), `ledger.head` (its length when last written), `attachments/` (documents by SHA-256).

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use fuin_core::{
    EventBody, Jws, Ledger, LedgerFault, Office, OfficeCard, OfficeKeyFile, OfficeKeys, OfficeLabel,
    PublicKey, Register, RuleSet, RulesError, Typ, admits,
};
use serde_json::json;

use crate::{
    args::{OfficeNew, OfficePassphrase},
    failure::{Failure, Outcome},
    files::{read_text, write_file, write_secret_file},
    passphrase::{self, Whose},
    platform::{OsEntropy, now},
    report::Report,
};

/// Makes a new office.
pub(crate) fn new(args: &OfficeNew) -> Outcome {
    let own = args.rules.ends_with(".toml").then(|| read_text(Path::new(&args.rules))).transpose()?;
    let rules = RuleSet::in_force(&args.rules, own.as_deref())?;
    let label = OfficeLabel { name: args.name.trim().to_owned(), contact: args.contact.trim().to_owned() };
    if label.name.is_empty() || label.contact.is_empty() {
        return Err(Failure::new("office_label", "the office needs a name and a contact"));
    }
    let paths = Paths::new(&args.dir);
    if paths.key.exists() {
        return Err(Failure::new("file_exists", format!("{} already holds an office", args.dir.display())));
    }
    let passphrase = passphrase::read(Whose::Office, args.passphrase.passphrase_file.as_deref())?;
    let office = Office::found(&OsEntropy, label.clone(), &rules.id, passphrase, now())?;
    fs::create_dir_all(&args.dir).map_err(|error| Failure::file(&args.dir, &error))?;
    let mut ledger = Ledger::default();
    let founded = EventBody::OfficeFounded { card: office.key_file.card.clone() };
    let adopted = own.map(|text| EventBody::RulesAdopted { text });
    let mut lines = String::new();
    for event in std::iter::once(founded).chain(adopted) {
        lines.push_str(ledger.append(now(), "管理責任者", event, &office.keys.signing)?.as_str());
        lines.push('\n');
    }
    write_file(&paths.ledger, lines.as_bytes(), false)?;
    write_file(&paths.head, ledger.signed_head(&office.keys.signing).as_str().as_bytes(), false)?;
    write_file(&paths.card, office.key_file.card.as_str().as_bytes(), false)?;
    // The key file comes last: a folder without it is not yet an office.
    write_secret_file(&paths.key, office.key_file.to_json().as_bytes())?;
    let key = office.keys.signing.public();
    let text = format!(
        "{} was founded in {}.\nFingerprint: {}\n             {}\n\
         Keep a copy of office.key and its passphrase in a safe place.",
        label.name,
        args.dir.display(),
        key.fingerprint_words(),
        key.fingerprint_words_latin()
    );
    Ok(Report::new(
        text,
        json!({ "ok": true, "office": label, "rules": rules.id, "key": key.thumbprint(),
            "words": key.fingerprint_words() }),
    ))
}

struct Paths {
    key: PathBuf,
    card: PathBuf,
    ledger: PathBuf,
    head: PathBuf,
    lock: PathBuf,
    attachments: PathBuf,
}

impl Paths {
    fn new(dir: &Path) -> Self {
        Self {
            key: dir.join("office.key"),
            card: dir.join("office-card.jws"),
            ledger: dir.join("ledger.jsonl"),
            head: dir.join("ledger.head"),
            lock: dir.join("office.lock"),
            attachments: dir.join("attachments"),
        }
    }
}

/// An office whose ledger was read.
pub(crate) struct OpenOffice {
    paths: Paths,
    /// Its card.
    pub card: OfficeCard,
    /// Its public key.
    pub key: PublicKey,
    /// Its ledger.
    pub ledger: Ledger,
    rules: Result<RuleSet, RulesError>,
    /// What is wrong with the ledger.
    pub faults: Vec<LedgerFault>,
    /// Held while the office is open, so that two processes cannot fork the ledger.
    _lock: File,
}

impl OpenOffice {
    /// Reads an office's folder. No passphrase is needed for this.
    pub(crate) fn read(dir: &Path) -> Result<Self, Failure> {
        let paths = Paths::new(dir);
        // The mirror that a desk keeps in a folder has the card and no keys: it can be read, not written.
        let card = match paths.key.exists() || !paths.card.exists() {
            true => OfficeKeyFile::parse(&read_text(&paths.key)?)?.card,
            false => Jws::new(&read_text(&paths.card)?),
        };
        let (card, key) = OfficeCard::verify(&card)?;
        let lock = File::create(&paths.lock).and_then(|lock| lock.lock().map(|()| lock));
        let lock = lock.map_err(|error| Failure::file(&paths.lock, &error))?;
        let head = Jws::new(&read_text(&paths.head)?);
        let text = fs::read_to_string(&paths.ledger).map_err(|error| Failure::file(&paths.ledger, &error))?;
        // A last line without its line end was never finished, and the head does not count it.
        let complete = text.rfind('\n').map_or("", |end| &text[..=end]);
        // An export that was put back as the ledger ends with its head, which has its own file here.
        let last_line = complete.trim_end().rfind('\n').map_or(0, |end| end + 1);
        let is_head = Jws::new(&complete[last_line..]).verify(Typ::LedgerHead).is_ok();
        let complete = if is_head { &complete[..last_line] } else { complete };
        let (ledger, faults) = Ledger::read(complete, Some(&head), Some(&key));
        if complete.len() < text.len() && faults.is_empty() {
            let file = OpenOptions::new().write(true).open(&paths.ledger);
            let cut = file.and_then(|file| file.set_len(complete.len() as u64));
            cut.map_err(|error| Failure::file(&paths.ledger, &error))?;
        }
        let own = Register::project(ledger.events()).own_rules;
        let rules = RuleSet::in_force(&card.rules, own.as_deref());
        Ok(Self { paths, card, key, ledger, rules, faults, _lock: lock })
    }

    /// Refuses a damaged ledger.
    pub(crate) fn sound(self) -> Result<Self, Failure> {
        match self.faults.first() {
            Some(fault) => Err(Failure::new("ledger_damaged", fault.to_string())),
            None => Ok(self),
        }
    }

    /// Opens the office's keys.
    pub(crate) fn unlock(&self, passphrase: &OfficePassphrase) -> Result<OfficeKeys, Failure> {
        let passphrase = passphrase::read(Whose::Office, passphrase.passphrase_file.as_deref())?;
        let (keys, _) = OfficeKeyFile::parse(&read_text(&self.paths.key)?)?.open(&passphrase)?;
        Ok(keys)
    }

    /// The rules in force. A ledger whose rules this version does not understand can still be read, and adopt others.
    pub(crate) fn rules(&self) -> Result<&RuleSet, Failure> {
        self.rules.as_ref().map_err(|error| error.clone().into())
    }

    /// What follows from the ledger.
    pub(crate) fn register(&self) -> Register {
        Register::project(self.ledger.events())
    }

    /// Where documents that came along are kept, each under its SHA-256.
    pub(crate) fn attachments(&self) -> &Path {
        &self.paths.attachments
    }

    /// Whether an event may be recorded now.
    pub(crate) fn admits(&self, event: &EventBody) -> Result<(), Failure> {
        if let (EventBody::RulesAdopted { text }, Err(_)) = (event, &self.rules) {
            return Ok(RuleSet::parse(text).map(drop)?);
        }
        Ok(admits(&self.register(), event, self.rules()?, now().day())?)
    }

    /// Appends one event, if it may be recorded: the line first, then the head that counts it.
    pub(crate) fn record(&mut self, keys: &OfficeKeys, actor: &str, event: EventBody) -> Result<(), Failure> {
        self.admits(&event)?;
        let line = self.ledger.append(now(), actor, event, &keys.signing)?.as_str().to_owned();
        let append = || {
            let mut file = OpenOptions::new().append(true).open(&self.paths.ledger)?;
            file.write_all(format!("{line}\n").as_bytes())?;
            file.sync_all()
        };
        append().map_err(|error| Failure::file(&self.paths.ledger, &error))?;
        self.write_head(&self.ledger.signed_head(&keys.signing))
    }

    fn write_head(&self, head: &Jws) -> Result<(), Failure> {
        write_file(&self.paths.head, head.as_str().as_bytes(), true)
    }

    /// The head as stored.
    pub(crate) fn head(&self) -> Result<Jws, Failure> {
        Ok(Jws::new(&read_text(&self.paths.head)?))
    }

    /// Puts a longer copy of this ledger in its place.
    pub(crate) fn replace(&self, text: &str, head: &Jws) -> Result<(), Failure> {
        write_file(&self.paths.ledger, text.as_bytes(), true)?;
        self.write_head(head)
    }
}
