//! What a server checks before it appends a line that a desk signed: signature, place, head, and whether it may be
//! recorded now, all within one turn, so that of two desks at once one is told that it was overtaken.
//!
//! Entry points: [`Books::append`], [`Books::ledger`], [`Books::add_document`]. Absent: keys. Nothing here can sign.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use fuin_core::{
    CheckedLine, EventBody, Jws, Ledger, LedgerEvent, LedgerFault, LedgerLine, OfficeCard, PublicKey,
    Register, RuleSet, RulesError, Timestamp, Typ, admits_next, attachments_gone, first_unruly,
};
use tokio::sync::Mutex;

use crate::{
    documents::{DocumentName, Documents, Piece, Standing},
    fault::StoreFault,
    named::{is_free, knows, names},
    office_id::OfficeId,
    store::{Record, Store, Turn},
};

/// How far a desk's clock may be from the server's.
const CLOCK_SECS: i64 = 300;

/// The ledgers of a store, as read so far.
pub struct Books {
    store: Arc<dyn Store>,
    documents: Option<Documents>,
    known: StdMutex<HashMap<OfficeId, Arc<Mutex<Known>>>>,
}

/// What is known of one office.
#[derive(Default)]
struct Known {
    ledger: Ledger,
    register: Register,
    /// The head that counts all of its lines.
    head: Option<Jws>,
    /// The rules in force, and for how many lines it is known that they are: reading them takes longer than a line.
    rules: Option<Result<RuleSet, RulesError>>,
    followed: usize,
    /// What was known before years were destroyed, as long as documents of these may be there.
    forgotten: Vec<Register>,
}

/// Who sends a line: the person who signed in, and the desk at which that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// 氏名, which the line has to name.
    pub name: String,
    /// The key that the desk proved to have.
    pub desk: Option<PublicKey>,
}

/// A line that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// How many lines there are with it.
    pub lines: u64,
    /// It stood there already: the desk had not heard that it was taken.
    pub again: bool,
}

impl Books {
    /// Those of a store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, documents: None, known: StdMutex::default() }
    }

    /// With the documents beside them: those of a destroyed year go with it.
    pub fn with_documents(self, documents: Documents) -> Self {
        Self { documents: Some(documents), ..self }
    }

    /// The documents beside them.
    pub fn documents(&self) -> Option<&Documents> {
        self.documents.as_ref()
    }

    /// The store itself.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    fn known(&self, office: &OfficeId) -> Arc<Mutex<Known>> {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(office.clone()).or_default())
    }

    /// Appends a line that a desk signed for the next place, with the head that counts it, at `now`. An office begins
    /// with its first line.
    pub async fn append(
        &self,
        office: &OfficeId,
        (line, head): (Jws, &Jws),
        author: &Author,
        now: Timestamp,
    ) -> Result<Appended, StoreFault> {
        let known = self.known(office);
        let mut known = known.lock().await;
        // What is known may be old; then the store says so, and it is read once.
        let mut is_fresh = known.ledger.lines().is_empty();
        loop {
            if is_fresh {
                self.turn(office, &mut known).await?;
            }
            // Of many desks at once all but one are told so, and cost nothing more.
            if let Some(done) = known.passed(&line) {
                return done;
            }
            match self.append_next(office, (&line, head), (author, &mut known), now).await {
                Err(StoreFault::Overtaken { .. }) if !is_fresh => is_fresh = true,
                done => return done,
            }
        }
    }

    /// Appends a line behind those that are known.
    async fn append_next(
        &self,
        office: &OfficeId,
        (line, head): (&Jws, &Jws),
        (author, known): (&Author, &mut Known),
        now: Timestamp,
    ) -> Result<Appended, StoreFault> {
        let lines = known.ledger.lines().len() as u64;
        let checked = match known.ledger.check_next(line, head) {
            Err(LedgerFault::Chain { .. }) => return Err(StoreFault::Overtaken { lines }),
            checked => checked?,
        };
        if lines == 0 && OfficeId::of_first(line).as_ref() != Some(office) {
            return Err(StoreFault::Office);
        }
        let event = checked.event();
        known.is_of(author, &checked)?;
        if (now.unix_secs() - event.at.unix_secs()).abs() > CLOCK_SECS {
            return Err(StoreFault::Clock { at: event.at, now });
        }
        known.admits((&event.actor, &event.event), now)?;
        let card = card_of(&event.event);
        let whole = [LedgerLine::Whole(line.clone())];
        let after = known.ledger.lines().last();
        self.store.append(office, Record { at: lines, after, lines: &whole, head, card }).await?;
        let destroys = destroys(event);
        known.ledger.commit_checked(checked)?;
        known.head = Some(head.clone());
        known.follow();
        if destroys {
            // The line stands; what is cut off or fails of destroying is finished with the next turn.
            *known = Known::default();
            let _ = self.turn(office, known).await;
        }
        Ok(Appended { lines: lines + 1, again: false })
    }

    /// Takes lines over that a ledger elsewhere has behind those that are kept here: all of it for an office that is
    /// not kept yet, or what a store lost that was set back. They are checked like any ledger from elsewhere; `head`
    /// counts them all. Gives how many lines there are.
    pub async fn take_over(
        &self,
        office: &OfficeId,
        lines: Vec<LedgerLine>,
        head: &Jws,
    ) -> Result<u64, StoreFault> {
        let known = self.known(office);
        let mut known = known.lock().await;
        let turn = self.turn(office, &mut known).await?;
        let at = known.ledger.lines().len() as u64;
        let text: Vec<&str> = known.ledger.lines().iter().map(LedgerLine::as_str).collect();
        let text =
            text.into_iter().chain(lines.iter().map(LedgerLine::as_str)).collect::<Vec<_>>().join("\n");
        let key = head.verify(Typ::LedgerHead).map_err(|_| LedgerFault::Head)?.signer;
        let (ledger, faults) = Ledger::read(text.as_bytes(), Some(head), Some(&key));
        if let Some(fault) = faults.into_iter().next() {
            return Err(fault.into());
        }
        if !is_of_office(&ledger, &key, office) || !ledger.is_counted_by(head) {
            return Err(StoreFault::Office);
        }
        let rules =
            ledger.card().and_then(|card| OfficeCard::verify(card).ok()).ok_or(StoreFault::Office)?.0.rules;
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        if let Some((line, error)) = first_unruly(ledger.events(), from, &rules) {
            return Err(StoreFault::Unruly { line: line as u64, error });
        }
        let card = ledger.events().iter().skip(from).rev().find_map(|event| card_of(&event.event));
        let after = known.ledger.lines().last();
        turn.append(Record { at, after, lines: &lines, head, card }).await?;
        let count = ledger.lines().len() as u64;
        if ledger.events().iter().skip(from).any(destroys) {
            // The lines stand; what is cut off or fails of destroying is finished with the next turn.
            *known = Known::default();
            let _ = self.turn(office, &mut known).await;
            return Ok(count);
        }
        *known = Known { ledger, head: Some(head.clone()), ..Known::default() };
        known.follow();
        Ok(count)
    }

    /// Looks at what is known of an office, as of the last time that anybody appended here or [`Self::refresh`] was
    /// called; reads it where nothing is known.
    pub async fn look<T>(
        &self,
        office: &OfficeId,
        look: impl FnOnce(&Ledger, &Register, Option<&Jws>) -> T,
    ) -> Result<T, StoreFault> {
        let known = self.known(office);
        let mut known = known.lock().await;
        if known.ledger.lines().is_empty() {
            self.turn(office, &mut known).await?;
        }
        Ok(look(&known.ledger, &known.register, known.head.as_ref()))
    }

    /// Reads what others appended to the same store.
    pub async fn refresh(&self, office: &OfficeId) -> Result<u64, StoreFault> {
        let known = self.known(office);
        let mut known = known.lock().await;
        self.turn(office, &mut known).await?;
        Ok(known.ledger.lines().len() as u64)
    }

    /// The ledger of an office, checked line by line.
    pub async fn ledger(&self, office: &OfficeId) -> Result<Ledger, StoreFault> {
        let known = self.known(office);
        let mut known = known.lock().await;
        self.turn(office, &mut known).await?;
        Ok(known.ledger.clone())
    }

    /// Takes a piece of a document that the ledger names; `None` where there is no place for documents.
    pub async fn add_document(
        &self,
        office: &OfficeId,
        name: &DocumentName,
        piece: Piece,
    ) -> Result<Option<Standing>, StoreFault> {
        let Some(documents) = &self.documents else { return Ok(None) };
        let is_named = || self.look(office, |_, register, _| names(register, name));
        if !is_named().await? {
            // The line may have come another way.
            self.refresh(office).await?;
            if !is_named().await? {
                return Err(StoreFault::DocumentUnnamed);
            }
        }
        let standing = documents.add(office, name, piece).await?;
        // Its year may have been destroyed meanwhile.
        if standing.is_whole && !matches!(is_named().await, Ok(true)) {
            documents.remove(office, [name.clone()]).await?;
            return Err(StoreFault::DocumentUnnamed);
        }
        Ok(Some(standing))
    }

    /// Takes away what is of a bundle; says whether it was one that nobody waits for. Scans go with their year.
    pub async fn remove_document(&self, office: &OfficeId, name: &DocumentName) -> Result<bool, StoreFault> {
        let is_free = self.look(office, |_, register, _| is_free(register, name)).await?;
        if let Some(documents) = self.documents.as_ref().filter(|_| is_free) {
            documents.remove(office, [name.clone()]).await?;
        }
        Ok(is_free)
    }

    /// Takes the documents away that nobody needs any more: what was cut off long ago, and those of years whose records
    /// were destroyed, by whoever works on the store.
    pub async fn sweep_documents(&self, office: &OfficeId, now: Timestamp) -> Result<(), StoreFault> {
        let Some(documents) = &self.documents else {
            self.known(office).lock().await.forgotten.clear();
            return Ok(());
        };
        documents.forget_cut_off(office).await?;
        let all = documents.all(office).await?;
        let known = self.known(office);
        let (gone, forgotten) = {
            let mut known = known.lock().await;
            self.turn(office, &mut known).await?;
            (known.gone(all, now), known.forgotten.len())
        };
        // No line waits until they are gone.
        if !gone.is_empty() {
            documents.remove(office, gone).await?;
        }
        known.lock().await.forgotten.drain(..forgotten);
        Ok(())
    }

    /// A turn, with all that is stored known. What was destroyed and cut off in between is finished first.
    async fn turn(&self, office: &OfficeId, known: &mut Known) -> Result<Box<dyn Turn>, StoreFault> {
        let mut turn = self.store.turn(office).await?;
        let is_fresh = known.catch_up(office, &mut *turn).await?;
        if is_fresh && let Some(without) = known.ledger.without_destroyed() {
            // Until it is done, nothing is known: whoever comes next finishes it.
            let before = std::mem::take(known);
            destroy(turn, &before.ledger, &without).await?;
            known.forgotten = before.forgotten;
            known.forgotten.push(before.register);
            turn = self.store.turn(office).await?;
            known.catch_up(office, &mut *turn).await?;
        }
        Ok(turn)
    }
}

impl Known {
    /// What is said of a line whose place is taken: its desk did not hear that it was taken, and others may have gone
    /// on since; or another desk was quicker.
    fn passed(&self, line: &Jws) -> Option<Result<Appended, StoreFault>> {
        let lines = self.ledger.lines().len() as u64;
        let is_it = self.ledger.place_taken(line)?;
        Some(if is_it { Ok(Appended { lines, again: true }) } else { Err(StoreFault::Overtaken { lines }) })
    }

    /// Whether a line says who sent it, and is signed by the desk at which that was.
    fn is_of(&self, author: &Author, line: &CheckedLine) -> Result<(), StoreFault> {
        let (event, signer) = (line.event(), line.signer());
        if event.actor != author.name {
            return Err(StoreFault::Actor { said: event.actor.clone() });
        }
        let desks = self.ledger.desks();
        if desks.all().is_empty() {
            return Ok(());
        }
        let has_desks = desks.in_force().next().is_some();
        // Where no desk is left, the office's key enrols the next one.
        let enrols = !has_desks && matches!(event.event, EventBody::DeskEnrolled { .. });
        let desk = author.desk.as_ref().and_then(|key| desks.of_key(key));
        let is_signed = desk.is_some_and(|desk| desk.key == *signer || event.event.is_of_office());
        if enrols || is_signed { Ok(()) } else { Err(StoreFault::Desk) }
    }

    fn follow(&mut self) {
        let new = self.ledger.events().get(self.followed..).unwrap_or_default();
        if new.iter().any(|event| card_of(&event.event).is_some() || event.event.changes_office()) {
            self.rules = None;
        }
        self.followed = self.ledger.events().len();
        self.register.follow(self.ledger.events());
    }

    /// Whether an event may be recorded now, by the rules in force.
    fn admits(&mut self, (actor, event): (&str, &EventBody), now: Timestamp) -> Result<(), StoreFault> {
        let of_card = |card: Option<&Jws>, own: Option<&str>| {
            let card = card.and_then(|card| OfficeCard::verify(card).ok()).ok_or(StoreFault::Office)?.0;
            Ok::<_, StoreFault>(RuleSet::in_force(&card.rules, own))
        };
        if let EventBody::OfficeFounded { card } = event {
            let rules = of_card(Some(card), None)?;
            return Ok(admits_next(&self.ledger, &self.register, (actor, event), rules.as_ref(), now)?);
        }
        if self.rules.is_none() {
            self.rules = Some(of_card(self.ledger.card(), self.register.own_rules.as_deref())?);
        }
        let rules = self.rules.as_ref().ok_or(StoreFault::Office)?;
        Ok(admits_next(&self.ledger, &self.register, (actor, event), rules.as_ref(), now)?)
    }

    /// Reads what others appended since, and checks it like our own: it was signed, and it continues the chain. What
    /// cannot be read on from here is read anew; says whether it was.
    async fn catch_up(&mut self, office: &OfficeId, turn: &mut dyn Turn) -> Result<bool, StoreFault> {
        let last = self.ledger.lines().last().map(|line| line.as_str().to_owned());
        let known = self.ledger.lines().len() as u64;
        // The last line that is known is read once more: a store that was set back does not have it.
        let stored = turn.read(known.saturating_sub(1)).await?;
        let head = stored.head.as_deref().map(Jws::new);
        let mut stored = stored.lines.into_iter();
        if last.is_some() && stored.next() != last {
            // It may also have been destroyed with its year.
            let anew = Self::read(office, turn).await?;
            if let Some(line) = self.ledger.parts_from(&anew.ledger) {
                let missing = known.saturating_sub(anew.ledger.lines().len() as u64);
                let tail_lost = LedgerFault::TailLost { missing };
                return Err(StoreFault::Damaged(if missing > 0 {
                    tail_lost
                } else {
                    LedgerFault::Fork { line }
                }));
            }
            self.is_now(anew);
            return Ok(true);
        }
        let new: Vec<LedgerLine> = stored.map(|line| LedgerLine::of(&line)).collect();
        // What is left of a destroyed line is understood with the whole ledger alone.
        let mut follows = |line: &LedgerLine| match line {
            LedgerLine::Whole(line) => self.ledger.commit_of_office(line.clone()).is_ok(),
            LedgerLine::Destroyed(_) => false,
        };
        let mut is_fresh = known == 0 && !new.is_empty() || !new.iter().all(&mut follows);
        self.head = head;
        let behind = self.ledger.events().iter().skip(usize::try_from(known).unwrap_or(usize::MAX));
        // What was destroyed elsewhere goes here, too.
        is_fresh |= behind.into_iter().any(destroys);
        if is_fresh {
            // What cannot be read is not known any more.
            let before = std::mem::take(self);
            let anew = Self::read(office, turn).await?;
            *self = before;
            self.is_now(anew);
        } else {
            self.follow();
        }
        Ok(is_fresh)
    }

    /// The ledger was read anew: of what is not in it any more, documents may be there.
    fn is_now(&mut self, anew: Self) {
        let before = std::mem::replace(self, anew);
        self.forgotten = before.forgotten;
        if !before.ledger.lines().is_empty() {
            self.forgotten.push(before.register);
        }
        self.follow();
    }

    /// Those of these documents whose lines were destroyed. No line names them now, and one did: it was known here, or
    /// must have been there, since they came before a year was destroyed. Of what came later, a ledger that was set
    /// back may know no more.
    fn gone(&self, all: Vec<(DocumentName, SystemTime)>, now: Timestamp) -> Vec<DocumentName> {
        let Some(event) = self.ledger.events().iter().rev().find(|event| destroys(event)) else {
            return Vec::new();
        };
        // A desk's clock may run behind, and one elsewhere ahead.
        let until = event.at.unix_secs().saturating_add(CLOCK_SECS).min(now.unix_secs());
        let until = UNIX_EPOCH + Duration::from_secs(until.try_into().unwrap_or_default());
        let was_known = |name: &DocumentName| self.forgotten.iter().any(|before| knows(before, name));
        let is_gone = |(name, came): &(DocumentName, SystemTime)| {
            !knows(&self.register, name) && (*came < until || was_known(name))
        };
        all.into_iter().filter(is_gone).map(|(name, _)| name).collect()
    }

    /// Reads all of a ledger: the head, which the key in force signed, covers every line.
    async fn read(office: &OfficeId, turn: &mut dyn Turn) -> Result<Self, StoreFault> {
        let stored = turn.read(0).await?;
        let damaged = || StoreFault::Damaged(LedgerFault::Head);
        let head = stored.head.as_deref().map(Jws::new).ok_or_else(damaged)?;
        let key = head.verify(Typ::LedgerHead).map_err(|_| damaged())?.signer;
        let (ledger, faults) = Ledger::read_own(stored.lines.join("\n").as_bytes(), Some(&head), &key);
        match faults.into_iter().next() {
            Some(fault) => Err(StoreFault::Damaged(fault)),
            // The first key is the office's: one head by another key would vouch for lines that nobody signed.
            None if !is_of_office(&ledger, &key, office) => {
                Err(StoreFault::Damaged(LedgerFault::Signer { line: 1 }))
            }
            None => Ok(Self { ledger, head: Some(head), ..Self::default() }),
        }
    }
}

/// Whether an event says that a year was destroyed.
fn destroys(event: &LedgerEvent) -> bool {
    matches!(event.event, EventBody::YearDestroyed(_))
}

/// The office's card, where an event has one.
fn card_of(event: &EventBody) -> Option<&Jws> {
    match event {
        EventBody::OfficeFounded { card }
        | EventBody::OfficeRenamed { card }
        | EventBody::KeyChanged { card, .. } => Some(card),
        _ => None,
    }
}

/// Whether a ledger begins with the key by which an office is named, and the key in force follows from that one.
fn is_of_office(ledger: &Ledger, in_force: &PublicKey, office: &OfficeId) -> bool {
    let begins = ledger.lines().first().and_then(|line| OfficeId::of_first(&Jws::new(line.as_str())));
    let first = ledger.key_changes().first().map_or(in_force, |change| &change.from);
    begins.as_ref() == Some(office) && first.thumbprint() == office.as_str()
}

/// Takes the lines away that a line says were destroyed.
async fn destroy(turn: Box<dyn Turn>, ledger: &Ledger, without: &Ledger) -> Result<(), StoreFault> {
    let pairs = (0..).zip(ledger.lines().iter().zip(without.lines()));
    let is_gone = |(_, (before, after)): &(u64, (&LedgerLine, &LedgerLine))| before != after;
    let left: Vec<_> =
        pairs.filter(is_gone).map(|(place, (_, left))| (place, left.as_str().to_owned())).collect();
    let documents: Vec<_> = attachments_gone(ledger, without).into_iter().collect();
    turn.destroy(&left, &documents).await
}
