//! What all requests share.
//!
//! Entry points: [`Server::new`], [`Server::follow_store`]. Absent: connections.

use std::{sync::Arc, time::Duration};

use fuin_core::{EnrolledDesk, Jws, Ledger, PersonRole, PublicKey, Timestamp};
use fuin_store::{Account, Author, Books, OfficeId, Store, StoreFault};
use tokio::{
    sync::{Mutex, broadcast},
    task, time,
};

use crate::{
    limits::Limits,
    metrics::Metrics,
    page::Page,
    passkeys::Passkeys,
    password::Passwords,
    refusal::Refusal,
    sessions::{Lifetime, Session, Sessions},
};

/// News that nobody fetched before they are dropped; whoever is that far behind reads on.
const NEWS: usize = 1024;
/// How often the server forgets who was quiet, and what nobody needs.
const HOUSEKEEPING: Duration = Duration::from_secs(60);
/// Pause before the store is asked again to tell what is appended.
const AFTER_A_FAULT: Duration = Duration::from_secs(1);

/// How a server is reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its origin as browsers name it (RFC 6454 §6.2), for the desks' proofs and passkeys.
    pub origin: String,
    /// How long somebody stays signed in.
    pub lifetime: Lifetime,
}

/// Something that desks hear of at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    /// The ledger of an office has this many lines.
    Lines(OfficeId, u64),
    /// A desk of the office waits to be enrolled, or does not any more.
    Desks(OfficeId),
}

/// What somebody sees who may read an office's ledger.
pub(crate) struct Seen<'a> {
    pub ledger: &'a Ledger,
    /// That counts all of its lines.
    pub head: Option<&'a Jws>,
    /// What he may do; `None` where the office does not tell people apart.
    pub roles: Option<&'a [PersonRole]>,
}

impl Seen<'_> {
    /// How many lines there are.
    pub(crate) fn lines(&self) -> u64 {
        self.ledger.lines().len() as u64
    }

    /// Whether the desk with this key is enrolled; any is, as long as the office has none.
    pub(crate) fn is_enrolled(&self, desk: Option<&PublicKey>) -> bool {
        let desks = self.ledger.desks();
        desks.all().is_empty() || desk.is_some_and(|key| desks.of_key(key).is_some())
    }
}

/// A server.
pub struct Server {
    pub(crate) settings: Settings,
    pub(crate) books: Books,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: Passwords,
    pub(crate) passkeys: Passkeys,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) page: Page,
    /// Since when it runs.
    pub(crate) since: Timestamp,
    pub(crate) news: broadcast::Sender<News>,
    /// Accounts are changed one after the other.
    pub(crate) account_turn: Mutex<()>,
}

/// Now, by the server's clock.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_secs(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

impl Server {
    /// One that keeps these ledgers and gives out `page`.
    pub fn new(books: Books, page: &[u8], settings: Settings) -> Result<Arc<Self>, Refusal> {
        Ok(Arc::new(Self {
            sessions: Sessions::new(settings.lifetime),
            passkeys: Passkeys::new(&settings.origin),
            settings,
            books,
            passwords: Passwords::new()?,
            limits: Limits::new(),
            metrics: Metrics::new(),
            page: Page::new(page),
            since: now(),
            news: broadcast::channel(NEWS).0,
            account_turn: Mutex::default(),
        }))
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.books.store()
    }

    /// Tells the desks what is appended to the store, by whoever works on it; one listener for all of them. It goes on
    /// for ever.
    pub async fn follow_store(self: Arc<Self>) {
        let server = Arc::clone(&self);
        task::spawn(async move {
            let mut ticks = time::interval(HOUSEKEEPING);
            loop {
                ticks.tick().await;
                server.limits.forget_old();
                server.sweep_documents().await;
            }
        });
        loop {
            if let Err(error) = self.follow_once().await {
                tracing::error!(%error, "the store does not tell what is appended; asking again");
            }
            time::sleep(AFTER_A_FAULT).await;
        }
    }

    /// Documents that nobody needs any more.
    async fn sweep_documents(&self) {
        for office in self.store().offices().await.unwrap_or_default() {
            if let Err(error) = self.books.sweep_documents(&office, now()).await {
                tracing::error!(%office, %error, "documents that nobody needs any more stay");
            }
        }
    }

    async fn follow_once(&self) -> Result<(), StoreFault> {
        let mut growth = self.store().watch().await?;
        // What came while nobody listened.
        for office in self.store().offices().await? {
            self.tell_lines(&office).await;
        }
        while let Some(office) = growth.recv().await {
            self.tell_lines(&office).await;
        }
        Ok(())
    }

    /// One office's ledger that cannot be read is no other's trouble.
    async fn tell_lines(&self, office: &OfficeId) {
        match self.books.refresh(office).await {
            Ok(lines) => self.tell(News::Lines(office.clone(), lines)),
            Err(error) => tracing::error!(%office, %error, "the ledger of an office cannot be read"),
        }
    }

    pub(crate) fn tell(&self, news: News) {
        // Nobody may be listening.
        let _ = self.news.send(news);
    }

    /// An account by its id.
    pub(crate) async fn account(&self, id: &str) -> Result<Account, Refusal> {
        let all = self.store().accounts().await?;
        all.into_iter().find(|account| account.id == id).ok_or(Refusal::SignedOut)
    }

    /// An account by its id that may sign in.
    pub(crate) async fn open_account(&self, id: &str) -> Result<Account, Refusal> {
        let account = self.account(id).await?;
        if account.is_closed { Err(Refusal::SignedOut) } else { Ok(account) }
    }

    /// The accounts that may sign in under a name.
    pub(crate) async fn accounts_of(&self, name: &str) -> Result<Vec<Account>, Refusal> {
        let all = self.store().accounts().await?;
        Ok(all.into_iter().filter(|account| account.name == name && !account.is_closed).collect())
    }

    /// Looks at the ledger of whoever is signed in and may read it.
    pub(crate) async fn look<T>(
        &self,
        session: &Session,
        look: impl FnOnce(&Seen<'_>) -> T,
    ) -> Result<T, Refusal> {
        let office = self.office_of(session)?;
        let looked = self.books.look(office, |ledger, register, head| {
            // Who is not named there, where anybody is, may do nothing.
            let of_person = register.people.get(&session.name).map(Vec::as_slice).unwrap_or_default();
            let roles = (!register.people.is_empty()).then_some(of_person);
            if roles.is_some_and(<[_]>::is_empty) {
                return Err(Refusal::Role);
            }
            let at = session.desk_key();
            let is_struck_off = |known: &EnrolledDesk| known.struck_off.is_some() && Some(&known.key) == at;
            if ledger.desks().all().iter().any(is_struck_off) {
                return Err(Refusal::Store(StoreFault::Desk));
            }
            Ok(look(&Seen { ledger, head, roles }))
        });
        looked.await?
    }

    /// The office of whoever is signed in and may read its ledger.
    pub(crate) fn office_of<'a>(&self, session: &'a Session) -> Result<&'a OfficeId, Refusal> {
        if session.is_operator {
            return Err(Refusal::Role);
        }
        session.office.as_ref().ok_or(Refusal::Missing("office"))
    }

    /// Refuses whoever cannot decide.
    pub(crate) async fn decides(&self, session: &Session) -> Result<(), Refusal> {
        let may = |seen: &Seen<'_>| seen.roles.is_none_or(|roles| roles.contains(&PersonRole::Decider));
        if self.look(session, may).await? { Ok(()) } else { Err(Refusal::Role) }
    }

    /// Who sends lines.
    pub(crate) fn author(session: &Session) -> Author {
        Author { name: session.name.clone(), desk: session.desk_key().cloned() }
    }
}
