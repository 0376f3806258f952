//! The server, where several desks share a ledger: who is signed in, what others record, and what is recorded here.
//!
//! Entry points: [`provide_server`], [`Server`]. What this browser keeps is a copy: it can be read without the server,
//! and nothing is recorded without it. Absent: what the server checks (`src/server`), screens.

pub mod bundles;
mod deposit;
pub mod passkeys;
pub mod people;
mod said;

use std::rc::Rc;

use fuin_core::{DeskProof, EventBody, Jws, Ledger, LedgerFault, LedgerLine, OfficeKeyFile, PersonRole};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use leptos::prelude::*;
use serde::Serialize;

pub use self::said::{AccountLine, InvitedLine, OfficeLine, Overview, PasskeyCount, WaitingDesk, Who};
use self::said::{
    Done, LineAndHead, Lines, LinesAndHead, NOTHING, NamePassword, NoAnswer, Proved, WordPassword, ask, read,
    written,
};
use super::{
    desk::Desk,
    exchange::put_in_place,
    fault::DeskFault,
    reader::LedgerReader,
    shared::{Sent, Shared},
    stored::Addition,
};
use crate::{
    fault::Code,
    locale::k,
    platform::{
        clock,
        crypto::OfficeSigningKey,
        db::{self, StoreName},
        hosted::{self, Body, News, Told},
        kept, page, profile,
    },
};

/// Lines of a ledger that is sent whole, in one piece at most; the server takes 16 MiB.
const PIECE: usize = 5000;
/// Milliseconds of work after which the server is told that somebody is at work.
const STAYS_MS: f64 = 300_000.0;

/// Where the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It was not asked yet.
    Unknown,
    /// It answers.
    There,
    /// It is out of reach: the copy here can be read.
    Away,
}

/// The server.
#[derive(Clone, Copy)]
pub struct Server {
    desk: Desk,
    reader: LedgerReader,
    /// Whether the page came from one.
    pub is_hosted: bool,
    /// Who is signed in.
    pub who: RwSignal<Option<Who>>,
    /// Where it stands.
    pub reach: RwSignal<Reach>,
    /// Somebody wants to read the copy that is here, while the server is out of reach.
    pub reads_copy: RwSignal<bool>,
    /// It has less than the copy here: it was set back.
    pub is_behind: RwSignal<bool>,
    /// It has a ledger of this office that went another way than the copy here.
    pub is_parted: RwSignal<bool>,
    /// Desks that wait to be enrolled.
    pub waiting: RwSignal<Vec<WaitingDesk>>,
    news: StoredValue<Option<News>, LocalStorage>,
    told_at: StoredValue<f64>,
}

/// Makes it known. A page that is a file, and practice, have none.
pub fn provide_server(desk: Desk, reader: LedgerReader) -> Server {
    let server = Server {
        desk,
        reader,
        is_hosted: hosted::is_hosted() && !profile::is_practice(),
        who: RwSignal::new(None),
        reach: RwSignal::new(Reach::Unknown),
        reads_copy: RwSignal::new(false),
        is_behind: RwSignal::new(false),
        is_parted: RwSignal::new(false),
        waiting: RwSignal::new(Vec::new()),
        news: StoredValue::new_local(None),
        told_at: StoredValue::new(0.0),
    };
    provide_context(server);
    if server.is_hosted {
        hosted::keep_page();
        desk.share(Some(Rc::new(server)));
        desk.on_lock(move || server.news.set_value(None));
        deposit::watch(server);
        page::on_activity(move || server.stay());
        desk.run(async move { server.look_who().await });
    }
    server
}

/// The server.
pub fn use_server() -> Server {
    expect_context()
}

impl Shared for Server {
    fn send<'a>(&'a self, line: &'a Jws, head: &'a Jws) -> LocalBoxFuture<'a, Result<Sent, DeskFault>> {
        async move {
            let body = LineAndHead { line: line.as_str(), head: head.as_str() };
            match self.asked::<Done>("POST", "/api/ledger", Some(&body)).await {
                Ok(Done {}) => Ok(Sent::Taken),
                Err(fault) if fault.code == Code::StoreOvertaken => Ok(Sent::Overtaken),
                Err(fault) => Err(fault),
            }
        }
        .boxed_local()
    }

    fn read_on(&self) -> LocalBoxFuture<'_, Result<(), DeskFault>> {
        let server = *self;
        async move { server.catch_up().await }.boxed_local()
    }

    fn fetch<'a>(&'a self, name: &'a str) -> LocalBoxFuture<'a, Result<Option<Vec<u8>>, DeskFault>> {
        deposit::fetch(name).boxed_local()
    }

    fn desk_key(&self) -> Option<OfficeSigningKey> {
        self.desk.keys().ok().map(|keys| keys.desk)
    }
}

impl Server {
    async fn asked<T: serde::de::DeserializeOwned>(
        self,
        method: &str,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, DeskFault> {
        let body = body.map(written).transpose()?;
        read(&self.answer(method, path, body).await?)
    }

    /// Asks, and notes whether the server is there and the session still good.
    async fn answer(self, method: &str, path: &str, body: Option<String>) -> Result<String, DeskFault> {
        let answer = ask(method, path, body.as_deref().map_or(Body::Nothing, Body::Json)).await;
        match &answer {
            Err(NoAnswer::Unreachable(_)) => self.reach.set(Reach::Away),
            Err(NoAnswer::Refused(fault)) if fault.code == Code::ServerSignedOut => self.forget(),
            _ => self.reach.set(Reach::There),
        }
        Ok(answer?)
    }

    /// Nobody is signed in any more.
    fn forget(self) {
        self.reads_copy.set(false);
        self.news.set_value(None);
        self.who.set(None);
    }

    /// Whether somebody is signed in here already.
    async fn look_who(self) -> Result<(), DeskFault> {
        match self.asked::<Option<Who>>("GET", "/api/session", NOTHING).await {
            Ok(None) => self.forget(),
            Ok(who) => {
                self.reads_copy.set(false);
                self.who.set(who);
            }
            // That is said on the screen.
            Err(fault) if fault.code == Code::ServerUnreachable => {}
            Err(fault) => return Err(fault),
        }
        Ok(())
    }

    /// 氏名 of who is signed in; nothing where nobody is.
    pub fn name(self) -> String {
        self.who.with_untracked(|who| who.as_ref().map(|who| who.name.clone())).unwrap_or_default()
    }

    /// Tries again to reach the server.
    pub async fn connect(self) -> Result<(), DeskFault> {
        self.look_who().await?;
        if self.desk.unlocked.get_untracked() { self.open().await } else { Ok(()) }
    }

    /// Whether the screens may be shown: nobody is asked for, somebody is signed in, or the copy is wanted.
    pub fn is_ready(self) -> bool {
        !self.is_hosted || self.reads_copy.get() || self.who.with(Option::is_some)
    }

    /// Whether who is signed in runs the server, and reads no ledger.
    pub fn is_operator(self) -> bool {
        self.who.with(|who| who.as_ref().is_some_and(|who| who.is_operator))
    }

    /// Somebody works here: the session goes on.
    fn stay(self) {
        let now = clock::monotonic_ms();
        if self.who.with_untracked(Option::is_none) || now - self.told_at.get_value() < STAYS_MS {
            return;
        }
        self.told_at.set_value(now);
        leptos::task::spawn_local(async move {
            // What goes wrong is seen where something is asked for.
            let _ = self.asked::<Done>("PUT", "/api/session", NOTHING).await;
        });
    }

    /// Signs in with a password.
    pub async fn sign_in(self, name: &str, password: &str) -> Result<(), DeskFault> {
        let who = self.asked("POST", "/api/session", Some(&NamePassword { name, password })).await?;
        self.begins(who).await
    }

    /// Sets the first password, with the word of an invitation.
    pub async fn accept(self, word: &str, password: &str) -> Result<(), DeskFault> {
        let who = self.asked("POST", "/api/invitation", Some(&WordPassword { word, password })).await?;
        self.begins(who).await
    }

    async fn begins(self, who: Who) -> Result<(), DeskFault> {
        self.reads_copy.set(false);
        self.who.set(Some(who));
        if self.desk.unlocked.get_untracked() { self.open().await } else { Ok(()) }
    }

    /// Signs out. What is kept here stays, under the office's passphrase.
    pub async fn sign_out(self) -> Result<(), DeskFault> {
        let done = self.asked::<Done>("DELETE", "/api/session", NOTHING).await;
        self.forget();
        done.map(drop)
    }

    /// Whether whoever is signed in may do this.
    pub fn may(self, role: PersonRole) -> bool {
        let has = |who: &Who| who.roles.as_ref().is_none_or(|roles| roles.contains(&role));
        !self.is_hosted || self.who.with(|who| who.as_ref().is_some_and(has))
    }

    /// Once the office's keys are open: proves which desk this is, takes over what others recorded, and listens.
    pub async fn open(self) -> Result<(), DeskFault> {
        if !self.is_hosted {
            return Ok(());
        }
        let Some(who) = self.who.get_untracked() else {
            // The copy is read; nothing is recorded in it.
            self.desk.reads_only.set(true);
            return Ok(());
        };
        self.desk.actor.set(Some(who.name.clone()));
        let only_reads = |roles: &Vec<PersonRole>| roles == &[PersonRole::Auditor];
        self.desk.reads_only.set(who.roles.as_ref().is_some_and(only_reads));
        if who.office.is_some() {
            self.prove(&who).await?;
        }
        {
            let _turn = self.desk.turn().await;
            self.catch_up().await?;
        }
        self.listen()
    }

    async fn prove(self, who: &Who) -> Result<(), DeskFault> {
        let key = self.desk.keys()?.desk;
        let name = self.desk.locale.f(k::SERVER_DESK_OF, &[("name", &who.name)]);
        let unsigned = DeskProof::unsigned(&who.challenge, &who.origin, &name, key.public());
        let proof = key.sign(unsigned).await?;
        self.asked::<Done>("POST", "/api/desk", Some(&Proved { proof: proof.as_str() })).await?;
        // The question is answered; the next one comes with the next look.
        self.look_who().await
    }

    /// An office whose ledger has no people, or no desks, begins with this person and this desk.
    pub async fn settle(self) -> Result<(), DeskFault> {
        let Some(who) = self.who.get_untracked().filter(|_| !self.desk.reads_only.get_untracked()) else {
            return Ok(());
        };
        if self.desk.ledger.with_untracked(|ledger| ledger.lines().is_empty()) {
            return Ok(());
        }
        if self.desk.register.with_untracked(|register| register.people.is_empty()) {
            let roles = vec![PersonRole::Handler, PersonRole::Decider];
            self.desk.append(EventBody::PersonSet { name: who.name.clone(), roles }).await?;
        }
        if self.desk.register.with_untracked(|register| register.desks.all().is_empty()) {
            self.look_who().await?;
            let Some(who) = self.who.get_untracked() else { return Ok(()) };
            self.prove(&who).await?;
            let key = self.desk.keys()?.desk.public().jwk();
            let name = self.desk.locale.f(k::SERVER_DESK_OF, &[("name", &who.name)]);
            self.desk.append(EventBody::DeskEnrolled { key, name }).await?;
            self.listen()?;
        }
        Ok(())
    }

    /// Takes over what others recorded; gives the server what it never had. Whoever calls has the turn.
    async fn catch_up(self) -> Result<(), DeskFault> {
        let has_office =
            || self.who.with_untracked(|who| who.as_ref().is_some_and(|who| who.office.is_some()));
        let known = self.desk.ledger.with_untracked(|ledger| ledger.lines().len());
        if !has_office() && known > 0 {
            // The answer to the first line may have been lost.
            self.look_who().await?;
        }
        if !has_office() {
            // Whoever founds an office, or brings one along.
            return if known > 0 { self.bring(0).await } else { Ok(()) };
        }
        self.is_of_this_office()?;
        // With the last line that both could have: there, another one may stand in its place.
        let (mut lines, head, total) = self.lines_from(known.saturating_sub(1)).await?;
        let both = known.min(usize::try_from(total).unwrap_or(usize::MAX));
        let last = match lines.is_empty() && both > 0 {
            true => self.lines_from(both - 1).await?.0.into_iter().next(),
            false => (known > 0).then(|| lines.remove(0)),
        };
        let is_ours = |line: &String| {
            let at = both.saturating_sub(1);
            self.desk.ledger.with_untracked(|ours| ours.lines().get(at).is_some_and(|l| l.as_str() == line))
        };
        if both > 0 && !last.as_ref().is_some_and(is_ours) {
            return self.take_another().await;
        }
        self.is_behind.set(both < known);
        if self.is_behind.get_untracked() {
            return Err(DeskFault::about(Code::ServerBehind, (known as u64 - total).to_string()));
        }
        let Some(head) = head else { return Ok(()) };
        if lines.is_empty() {
            let is_same = self.desk.ledger.with_untracked(|ledger| ledger.is_counted_by(&head));
            return if is_same { Ok(()) } else { Err(LedgerFault::Fork { line: total }.into()) };
        }
        let is_left = |line: &String| matches!(LedgerLine::of(line), LedgerLine::Destroyed(_));
        if known > 0 && lines.iter().any(is_left) {
            // What is left of lines is understood with the whole ledger alone.
            return self.take_another().await;
        }
        if known > 0 {
            let whole: Vec<Jws> = lines.iter().map(|line| Jws::new(line)).collect();
            return match self.desk.absorb(whole, &head, &self.key_files().await?).await {
                // Another window of this browser was quicker.
                Err(fault) if fault.code == Code::LedgerBusy => self.desk.reload().await,
                done => done,
            };
        }
        let (theirs, head, _) = self.whole(&lines, &head).await?;
        let added = Addition { lines: theirs.lines(), head: &head, key_file: None };
        self.desk.take_in(0, added).await?;
        self.desk.changed();
        Ok(())
    }

    /// The server's last line in common is no line of ours: it lost what was destroyed with its year, or it went
    /// another way. What has all of ours takes its place; otherwise ours is to be brought in at another desk.
    async fn take_another(self) -> Result<(), DeskFault> {
        let (lines, head, _) = self.lines_from(0).await?;
        let (theirs, head, key_file) = self.whole(&lines, &head.ok_or(LedgerFault::Head)?).await?;
        let (known, parts) = self.desk.ledger.with_untracked(|ours| {
            (theirs.known_of(ours) == ours.lines().len() as u64, ours.parts_from(&theirs))
        });
        self.is_parted.set(!known);
        match parts {
            Some(line) if !known => Err(DeskFault::about(Code::ServerParted, line.to_string())),
            _ => put_in_place(self.desk, &theirs, &head, key_file.as_ref()).await,
        }
    }

    async fn whole(
        self,
        lines: &[String],
        head: &Jws,
    ) -> Result<(Ledger, Jws, Option<OfficeKeyFile>), DeskFault> {
        let (_, key) = self.desk.card.get_untracked().ok_or(Code::OfficeMissing)?;
        let text = format!("{}\n{}\n", lines.join("\n"), head.as_str());
        self.reader.read(text.as_bytes(), &key, self.key_files().await?).await
    }

    /// Whoever is signed in may be of another office than the one of this browser.
    fn is_of_this_office(self) -> Result<(), DeskFault> {
        let (_, key) = self.desk.card.get_untracked().ok_or(Code::OfficeMissing)?;
        let first = self.desk.ledger.with_untracked(|ledger| {
            (!ledger.lines().is_empty()).then(|| ledger.office_keys(&key).first().map(|key| key.thumbprint()))
        });
        let of_person = self.who.with_untracked(|who| who.as_ref().and_then(|who| who.office.clone()));
        match first.flatten() {
            Some(first) if Some(&first) != of_person.as_ref() => Err(Code::StoreOffice.into()),
            _ => Ok(()),
        }
    }

    /// Files of keys to which the office's may have been changed: one that was opened here, and one whose change was
    /// not answered.
    async fn key_files(self) -> Result<Vec<OfficeKeyFile>, DeskFault> {
        let coming = db::read_json::<String>(StoreName::Settings, kept::OFFICE_KEY_COMING).await?;
        let coming = coming.and_then(|text| OfficeKeyFile::parse(&text).ok());
        Ok(self.desk.other_key.get_untracked().into_iter().chain(coming).collect())
    }

    /// The lines from some place on, the head that counts them all, and how many there are.
    async fn lines_from(self, from: usize) -> Result<(Vec<String>, Option<Jws>, u64), DeskFault> {
        let mut lines = Vec::new();
        loop {
            let path = format!("/api/ledger?from={}", from + lines.len());
            let more: Lines = self.asked("GET", &path, NOTHING).await?;
            let is_last =
                more.lines.is_empty() || (from + lines.len() + more.lines.len()) as u64 >= more.total;
            lines.extend(more.lines);
            if is_last {
                return Ok((lines, more.head.as_deref().map(Jws::new), more.total));
            }
        }
    }

    /// Gives the server the lines from some place on, by which it lacks the rest.
    async fn bring(self, from: usize) -> Result<(), DeskFault> {
        let keys = self.desk.keys()?;
        let lines: Vec<String> = self.desk.ledger.with_untracked(|ledger| {
            ledger.lines().iter().skip(from).map(|line| line.as_str().to_owned()).collect()
        });
        if lines.len() > PIECE {
            return Err(Code::ServerLedgerLong.into());
        }
        let unsigned = self.desk.ledger.with_untracked(|ledger| ledger.unsigned_head(keys.signing.public()));
        let head = keys.signing.sign(unsigned).await?;
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let body = LinesAndHead { lines: &lines, head: head.as_str() };
        self.asked::<Done>("POST", "/api/ledger/lines", Some(&body)).await?;
        self.look_who().await
    }

    /// Gives the server what it lost: it was set back to an older copy.
    pub async fn give_back(self) -> Result<(), DeskFault> {
        let _turn = self.desk.turn().await;
        let (_, _, total) = self.lines_from(usize::MAX >> 1).await?;
        self.bring(usize::try_from(total).unwrap_or(usize::MAX)).await?;
        self.is_behind.set(false);
        Ok(())
    }

    fn listen(self) -> Result<(), DeskFault> {
        let news = News::listen(move |told| match told {
            Told::Lines(lines) => self.heard_of(lines),
            Told::Desks => self.look_who_waits(),
            Told::Open => self.reach.set(Reach::There),
            Told::Lost => self.reach.set(Reach::Away),
            Told::Ended => self.desk.run_aside(async move { self.look_who().await }),
        })?;
        self.news.set_value(Some(news));
        self.look_who_waits();
        Ok(())
    }

    fn heard_of(self, lines: u64) {
        let is_other = move |ledger: &Ledger| ledger.lines().len() as u64 != lines;
        // A server that was behind may have got the rest from another desk.
        let is_new = move || self.is_behind.get_untracked() || self.desk.ledger.with_untracked(is_other);
        // Not as work that somebody waits for: nothing on the screen is to rest meanwhile.
        leptos::task::spawn_local(async move {
            let _turn = self.desk.turn().await;
            if self.desk.unlocked.get_untracked()
                && is_new()
                && let Err(fault) = self.catch_up().await
            {
                self.desk.refuse(&fault);
            }
        });
    }

    fn look_who_waits(self) {
        leptos::task::spawn_local(async move {
            // Whoever may not enrol desks needs no list.
            let waiting = self.asked("GET", "/api/desks", NOTHING).await;
            self.waiting.set(waiting.unwrap_or_default());
        });
    }
}
