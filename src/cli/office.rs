//! The office's folder: keys, card, ledger, documents that came along.
//!
//! `office.key` (keys under the passphrase; also the backup; `office.key.next` while it is changed), `office-card.jws`
//! (to hand out),
//! `ledger.jsonl` (append-only), `ledger.head` (its length when last written), `attachments/` (documents by SHA-256),
//! `bundle-keys/` (the key of each bundle for which a ticket may be issued, under the office's: FORMAT.md §11.8).

use std::{
    collections::HashSet,
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use fuin_core::{
    BundleId, EventBody, Jws, KeptKey, Ledger, LedgerEvent, LedgerFault, Office, OfficeCard, OfficeKeyFile,
    OfficeKeys, OfficeLabel, PublicKey, ReceiptMaster, Register, RuleSet, RulesError, Secret32, admits_next,
    attachments_gone, sha256_hex,
};
use fuin_store::{append_lines, mend, text_of};
use serde_json::json;

use crate::{
    args::{OfficeNew, OfficePassphrase},
    failure::{Failure, Outcome},
    files::{read_text, write_file, write_private_file},
    ledger_file,
    passphrase::{self, Whose},
    platform::{OsEntropy, now},
    report::Report,
    terminal::warn,
    words::said,
};

/// Makes a new office.
pub(crate) fn new(args: &OfficeNew) -> Outcome {
    let own = args.rules.ends_with(".toml").then(|| read_text(Path::new(&args.rules))).transpose()?;
    let rules = RuleSet::in_force(&args.rules, own.as_deref())?;
    let label = OfficeLabel { name: args.name.trim().to_owned(), contact: args.contact.trim().to_owned() };
    if label.name.is_empty() || label.contact.is_empty() {
        return Err(Failure::new(
            "office_label",
            said!("課の名称と問合せ先が必要です", "the office needs a name and a contact"),
        ));
    }
    let paths = Paths::new(&args.dir);
    if paths.key.exists() {
        return Err(Failure::new(
            "file_exists",
            said!("{} には、すでに課があります", "{} already holds an office", args.dir.display()),
        ));
    }
    let passphrase = passphrase::choose(Whose::Office, args.passphrase.passphrase_file.as_deref())?;
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
    let again = is_cut_off_founding(&paths);
    write_private_file(&paths.ledger, lines.as_bytes(), again)?;
    write_private_file(&paths.head, ledger.signed_head(&office.keys.signing).as_str().as_bytes(), again)?;
    write_file(&paths.card, office.key_file.card.as_str().as_bytes(), again)?;
    // The key file comes last: a folder without it is not yet an office.
    write_private_file(&paths.key, office.key_file.to_json().as_bytes(), false)?;
    let key = office.keys.signing.public();
    let text = said!(
        "{}を {} に登録しました。\n確認の言葉: {}\n            {}\n\
         office.key の写しと合言葉を、安全な所に保管してください。",
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

/// Whether a founding was cut off before its key file was there: what it left holds nothing but itself. The mirror of a
/// desk has no key file either, and more in its ledger.
fn is_cut_off_founding(paths: &Paths) -> bool {
    let Ok(found) = ledger_file::read(&paths.ledger) else { return false };
    let (ledger, _) = Ledger::read(&found.lines, None, None);
    let begins = |event: &LedgerEvent| {
        matches!(event.event, EventBody::OfficeFounded { .. } | EventBody::RulesAdopted { .. })
    };
    let lines = found.lines.iter().filter(|&&byte| byte == b'\n').count();
    lines == ledger.events().len() && ledger.events().iter().all(begins)
}

/// Takes the lock of an office, waiting for another command if need be. `None` where the folder cannot be written.
fn lock(path: &Path) -> Result<Option<File>, Failure> {
    let file = match File::create(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            return Ok(None);
        }
        Err(error) => return Err(Failure::file(path, &error)),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!(
                "{}",
                said!(
                    "ほかの fuin がこの課を使っています。終わるのを待ちます",
                    "another fuin works on this office; waiting for it"
                )
            );
            file.lock().map_err(|error| Failure::file(path, &error))?;
        }
        Err(TryLockError::Error(error)) => return Err(Failure::file(path, &error)),
    }
    Ok(Some(file))
}

/// Puts the new key file in the place of the old one, and its card too, if the ledger says that the key was changed;
/// otherwise it was not, and the new file goes.
fn finish_key_change(paths: &Paths) -> Result<(), Failure> {
    let next = OfficeKeyFile::parse(&read_text(&paths.key_next)?)?;
    let (_, key) = OfficeCard::verify(&next.card)?;
    let (ledger, _) = Ledger::read(&ledger_file::read(&paths.ledger)?.lines, None, Some(&key));
    if ledger.key_changes().is_empty() {
        // A head alone harms nothing, and the next change writes its own.
        let _ = fs::remove_file(&paths.head_next);
        return fs::remove_file(&paths.key_next).map_err(|error| Failure::file(&paths.key_next, &error));
    }
    let rename = |from: &Path, to: &Path| fs::rename(from, to).map_err(|error| Failure::file(to, &error));
    if paths.head_next.exists() {
        rename(&paths.head_next, &paths.head)?;
    }
    write_file(&paths.card, next.card.as_str().as_bytes(), true)?;
    rename(&paths.key_next, &paths.key)
}

/// Keeps the card that the ledger has in the place of another one under the same key; gives it, where it did.
fn finish_renaming(paths: &Paths, ledger: &Ledger) -> Result<Option<OfficeCard>, Failure> {
    let Some(card) = ledger.card().filter(|_| paths.key.exists()) else { return Ok(None) };
    let Some(file) = OfficeKeyFile::parse(&read_text(&paths.key)?)?.with_card(card) else { return Ok(None) };
    write_private_file(&paths.key, file.to_json().as_bytes(), true)?;
    write_file(&paths.card, card.as_str().as_bytes(), true)?;
    Ok(Some(OfficeCard::verify(card)?.0))
}

/// Takes away what a line says was destroyed: first the documents, as long as it is known which they are, then the
/// lines. Whatever is cut off in between is finished when the office is opened the next time.
fn destroy(paths: &Paths, ledger: &Ledger, without: Ledger) -> Result<Ledger, Failure> {
    for gone in attachments_gone(ledger, &without) {
        let path = paths.attachments.join(gone);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(Failure::file(&path, &error)),
            _ => {}
        }
    }
    write_private_file(&paths.ledger, text_of(without.lines()).as_bytes(), true)?;
    Ok(without)
}

struct Paths {
    key: PathBuf,
    key_next: PathBuf,
    head_next: PathBuf,
    card: PathBuf,
    ledger: PathBuf,
    head: PathBuf,
    lock: PathBuf,
    attachments: PathBuf,
    bundle_keys: PathBuf,
}

impl Paths {
    fn new(dir: &Path) -> Self {
        Self {
            key: dir.join("office.key"),
            key_next: dir.join("office.key.next"),
            head_next: dir.join("ledger.head.next"),
            card: dir.join("office-card.jws"),
            ledger: dir.join("ledger.jsonl"),
            head: dir.join("ledger.head"),
            lock: dir.join("office.lock"),
            attachments: dir.join("attachments"),
            bundle_keys: dir.join("bundle-keys"),
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
    /// Held while the office is open, so that two processes cannot fork the ledger. `None` where the folder cannot be
    /// written: then it can only be read.
    lock: Option<File>,
}

impl OpenOffice {
    /// Reads an office's folder. No passphrase is needed for this.
    pub(crate) fn read(dir: &Path) -> Result<Self, Failure> {
        let paths = Paths::new(dir);
        let lock = lock(&paths.lock)?;
        if lock.is_some() && paths.key_next.exists() {
            finish_key_change(&paths)?;
        }
        // The mirror that a desk keeps in a folder has the card and no keys: it can be read, not written.
        let card = match paths.key.exists() || !paths.card.exists() {
            true => OfficeKeyFile::parse(&read_text(&paths.key)?)?.card,
            false => Jws::new(&read_text(&paths.card)?),
        };
        let (card, key) = OfficeCard::verify(&card)?;
        let head = Jws::new(&read_text(&paths.head)?);
        let found = ledger_file::read(&paths.ledger)?;
        let (ledger, faults) = Ledger::read_own(&found.lines, Some(&head), &key);
        let on_disk = fs::metadata(&paths.ledger).map_or(found.bytes, |metadata| metadata.len());
        if lock.is_some() && faults.is_empty() && (found.bytes < on_disk || found.lacks_line_end) {
            mend(&paths.ledger, &found).map_err(|error| Failure::file(&paths.ledger, &error))?;
        }
        let ledger = match ledger.without_destroyed().filter(|_| lock.is_some() && faults.is_empty()) {
            Some(without) => destroy(&paths, &ledger, without)?,
            None => ledger,
        };
        let renamed = match lock.is_some() && faults.is_empty() {
            true => finish_renaming(&paths, &ledger)?,
            false => None,
        };
        let card = renamed.unwrap_or(card);
        let own = Register::project(ledger.events()).own_rules;
        let rules = RuleSet::in_force(&card.rules, own.as_deref());
        Ok(Self { paths, card, key, ledger, rules, faults, lock })
    }

    /// Checks every signature, where reading relied on the head's. A ledger that was found damaged is checked so
    /// already.
    pub(crate) fn check_every_line(&mut self) -> Result<(), Failure> {
        if self.faults.is_empty() {
            let lines = text_of(self.ledger.lines());
            (self.ledger, self.faults) = Ledger::read(lines.as_bytes(), Some(&self.head()?), Some(&self.key));
        }
        Ok(())
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
    pub(crate) fn admits(&self, actor: &str, event: &EventBody) -> Result<(), Failure> {
        Ok(admits_next(&self.ledger, &self.register(), (actor, event), self.rules.as_ref(), now())?)
    }

    /// The ledger with events that may be recorded now, one after the other.
    pub(crate) fn with_events(
        &self,
        keys: &OfficeKeys,
        actor: &str,
        events: &[EventBody],
    ) -> Result<Ledger, Failure> {
        let mut longer = self.ledger.clone();
        let mut register = self.register();
        for event in events {
            admits_next(&longer, &register, (actor, event), self.rules.as_ref(), now())?;
            longer.append(now(), actor, event.clone(), &keys.signing)?;
            register.follow(longer.events());
        }
        Ok(longer)
    }

    /// Appends one event, if it may be recorded.
    pub(crate) fn record(&mut self, keys: &OfficeKeys, actor: &str, event: EventBody) -> Result<(), Failure> {
        self.record_all(keys, actor, &[event])
    }

    /// Appends events, if they may be recorded, all or none: the lines first, then the head that counts them. Once the
    /// lines are on the disk it is done; a head that cannot be written then is a warning.
    pub(crate) fn record_all(
        &mut self,
        keys: &OfficeKeys,
        actor: &str,
        events: &[EventBody],
    ) -> Result<(), Failure> {
        self.append(self.with_events(keys, actor, events)?)?;
        self.write_head(&self.ledger.signed_head(&keys.signing));
        self.drop_keys();
        if let Some(card) = finish_renaming(&self.paths, &self.ledger)? {
            self.card = card;
        }
        if let Some(without) = self.ledger.without_destroyed() {
            self.ledger = destroy(&self.paths, &self.ledger, without)?;
        }
        Ok(())
    }

    fn append(&mut self, longer: Ledger) -> Result<(), Failure> {
        if self.lock.is_none() {
            let cause = said!(
                "{} に書けません。何も記録していません",
                "{} cannot be written; nothing was recorded",
                self.paths.ledger.display()
            );
            return Err(Failure::new("office_read_only", cause));
        }
        let (_, new) = longer.lines().split_at(self.ledger.lines().len());
        append_lines(&self.paths.ledger, new).map_err(|error| Failure::file(&self.paths.ledger, &error))?;
        self.ledger = longer;
        Ok(())
    }

    /// Records that the office's key is another one now, and keeps that in the place of the old one: first beside it,
    /// then the line, which decides, then the rest. A command that is cut off in between is finished by the next.
    pub(crate) fn change_key(
        &mut self,
        old: &OfficeKeys,
        new: &Office,
        actor: &str,
        event: EventBody,
    ) -> Result<(), Failure> {
        let longer = self.with_events(old, actor, &[event])?;
        // The new key vouches for the line that changes to it.
        let head = longer.signed_head(&new.keys.signing);
        write_private_file(&self.paths.head_next, head.as_str().as_bytes(), true)?;
        write_private_file(&self.paths.key_next, new.key_file.to_json().as_bytes(), true)?;
        self.append(longer)?;
        finish_key_change(&self.paths)
    }

    /// Where it is, whatever it was called.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        let folder = self.paths.ledger.parent().unwrap_or(Path::new("."));
        fs::canonicalize(folder).map_err(|error| Failure::file(folder, &error))
    }

    /// Takes the documents and bundle keys of another folder of this office that are not here, of those that `longer`,
    /// this ledger with what comes, names.
    pub(crate) fn take_files_of(&self, other: &Self, longer: &Ledger) -> Result<(), Failure> {
        let register = Register::project(longer.events());
        let named = longer.events().iter().flat_map(LedgerEvent::attachments);
        let named: HashSet<&str> = named.map(|known| known.sha256.as_str()).collect();
        let is_known = |name: &str| {
            BundleId::try_from(name.to_owned()).is_ok_and(|id| register.disclosures.contains_key(&id))
        };
        let pairs = [
            (&other.paths.attachments, &self.paths.attachments),
            (&other.paths.bundle_keys, &self.paths.bundle_keys),
        ];
        for (from, to) in pairs.into_iter().filter(|(from, _)| from.is_dir()) {
            fs::create_dir_all(to).map_err(|error| Failure::file(to, &error))?;
            for entry in fs::read_dir(from).map_err(|error| Failure::file(from, &error))? {
                let path = entry.map_err(|error| Failure::file(from, &error))?.path();
                let Some(name) = path.file_name().filter(|_| path.is_file()) else { continue };
                if to.join(name).exists() {
                    continue;
                }
                let bytes = fs::read(&path).map_err(|error| Failure::file(&path, &error))?;
                let is_key = name.to_str().and_then(|name| name.strip_suffix(".key")).is_some_and(is_known);
                let hash = sha256_hex(&bytes);
                if is_key || (name.to_str() == Some(&hash) && named.contains(hash.as_str())) {
                    write_private_file(&to.join(name), &bytes, false)?;
                }
            }
        }
        Ok(())
    }

    fn key_path(&self, bundle_id: &BundleId) -> PathBuf {
        self.paths.bundle_keys.join(format!("{bundle_id}.key"))
    }

    /// The receipt master under which a bundle was sealed; the one in force for a bundle that the ledger does not have.
    pub(crate) fn master_of<'a>(&self, keys: &'a OfficeKeys, bundle_id: &BundleId) -> &'a ReceiptMaster {
        self.register().of_key(bundle_id, keys.masters()).last().unwrap_or_else(|| keys.master())
    }

    /// Keeps the key of a bundle that is about to be recorded.
    pub(crate) fn keep_key(
        &self,
        keys: &OfficeKeys,
        bundle_id: &BundleId,
        key: &Secret32,
    ) -> Result<(), Failure> {
        let path = self.key_path(bundle_id);
        fs::create_dir_all(&self.paths.bundle_keys).map_err(|error| Failure::file(&path, &error))?;
        let kept = KeptKey::seal(&OsEntropy, &keys.master().keeper(), bundle_id, key);
        write_private_file(&path, kept.to_json().as_bytes(), false)
    }

    /// The key of a bundle, if the office still keeps it.
    pub(crate) fn kept_key(&self, keys: &OfficeKeys, bundle_id: &BundleId) -> Result<Secret32, Failure> {
        let path = self.key_path(bundle_id);
        if !path.exists() {
            let cause = said!(
                "{} がありません。この課のフォルダーに、その鍵は保管されていません",
                "{} is not there: this office's folder keeps no key of it",
                path.display()
            );
            return Err(Failure::new("bundle_key_missing", cause));
        }
        let keeper = self.master_of(keys, bundle_id).keeper();
        Ok(KeptKey::parse(&read_text(&path)?)?.open(&keeper, bundle_id)?)
    }

    /// Deletes the keys of bundles that the office does not keep any more. What the ledger does not know is left alone.
    fn drop_keys(&self) {
        let (Ok(rules), register) = (self.rules.as_ref(), self.register()) else { return };
        let entries = fs::read_dir(&self.paths.bundle_keys).into_iter().flatten().flatten();
        let there: HashSet<PathBuf> = entries.map(|entry| entry.path()).collect();
        for (id, disclosure) in &register.disclosures {
            let path = self.key_path(id);
            let is_over = there.contains(&path) && !register.keeps(disclosure, rules, now().day());
            if let Some(error) = is_over.then(|| fs::remove_file(&path)).and_then(Result::err) {
                warn(said!(
                    "{} を消去できませんでした：{error}",
                    "{} is to be deleted, and could not be: {error}",
                    path.display()
                ));
            }
        }
    }

    fn write_head(&self, head: &Jws) {
        if let Err(failure) = write_private_file(&self.paths.head, head.as_str().as_bytes(), true) {
            warn(said!(
                "記録はできています（繰り返さないでください）。終わりの印だけが書けませんでした：{failure}",
                "it is recorded, do not repeat it; only the head could not be written: {failure}"
            ));
        }
    }

    /// The head as stored.
    pub(crate) fn head(&self) -> Result<Jws, Failure> {
        Ok(Jws::new(&read_text(&self.paths.head)?))
    }

    /// Puts a longer copy of this ledger in its place, as [`Self::record_all`] does: first the lines, then the head.
    /// With it comes the key file of a key that was changed elsewhere, as in [`Self::change_key`].
    pub(crate) fn replace(
        &self,
        longer: &Ledger,
        head: &Jws,
        key_file: Option<&OfficeKeyFile>,
    ) -> Result<(), Failure> {
        if let Some(file) = key_file {
            write_private_file(&self.paths.head_next, head.as_str().as_bytes(), true)?;
            write_private_file(&self.paths.key_next, file.to_json().as_bytes(), true)?;
        }
        write_private_file(&self.paths.ledger, text_of(longer.lines()).as_bytes(), true)?;
        if key_file.is_some() {
            return finish_key_change(&self.paths);
        }
        self.write_head(head);
        Ok(())
    }
}
