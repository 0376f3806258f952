//! What all requests share.
//!
//! Entry points: [`Server::new`], [`Server::follow_store`]. Absent: connections.

use std::{sync::Arc, time::Duration};

use fuin_core::{PersonRole, Register, Timestamp};
use fuin_store::{Account, Author, Books, OfficeId, Store, StoreFault};
use tokio::{sync::broadcast, task, time};

use crate::{
    limits::Limits,
    metrics::Metrics,
    page::Page,
    password::Passwords,
    refusal::Refusal,
    sessions::{Lifetime, Session, Sessions},
};

/// News that nobody fetched before they are dropped; whoever is that far behind reads on.
const NEWS: usize = 1024;
/// How often the server forgets who was quiet.
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

/// A server.
pub struct Server {
    pub(crate) settings: Settings,
    pub(crate) books: Books,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) page: Page,
    pub(crate) news: broadcast::Sender<News>,
}

/// Now, by the server's clock.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_secs(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

impl Server {
    /// One that keeps ledgers in `store` and gives out `page`.
    pub fn new(store: Arc<dyn Store>, page: &[u8], settings: Settings) -> Result<Arc<Self>, Refusal> {
        Ok(Arc::new(Self {
            sessions: Sessions::new(settings.lifetime),
            settings,
            books: Books::new(store),
            passwords: Passwords::new()?,
            limits: Limits::new(),
            metrics: Metrics::new(),
            page: Page::new(page),
            news: broadcast::channel(NEWS).0,
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
            }
        });
        loop {
            if let Err(error) = self.follow_once().await {
                tracing::error!(%error, "the store does not tell what is appended; asking again");
            }
            time::sleep(AFTER_A_FAULT).await;
        }
    }

    async fn follow_once(&self) -> Result<(), StoreFault> {
        let mut growth = self.store().watch().await?;
        // What came while nobody listened.
        for office in self.store().offices().await? {
            self.tell_lines(&office).await?;
        }
        while let Some(office) = growth.recv().await {
            self.tell_lines(&office).await?;
        }
        Ok(())
    }

    async fn tell_lines(&self, office: &OfficeId) -> Result<(), StoreFault> {
        let lines = self.books.refresh(office).await?;
        // Nobody may be listening.
        let _ = self.news.send(News::Lines(office.clone(), lines));
        Ok(())
    }

    pub(crate) fn tell(&self, news: News) {
        let _ = self.news.send(news);
    }

    /// The accounts that may sign in under a name.
    pub(crate) async fn accounts_of(&self, name: &str) -> Result<Vec<Account>, Refusal> {
        let all = self.store().accounts().await?;
        Ok(all.into_iter().filter(|account| account.name == name && !account.is_closed).collect())
    }

    /// Looks at the ledger of whoever is signed in, with what he may do: `None` where the office does not tell people
    /// apart.
    pub(crate) async fn look<T>(
        &self,
        session: &Session,
        look: impl FnOnce(&fuin_core::Ledger, &Register, Option<&[PersonRole]>) -> T,
    ) -> Result<T, Refusal> {
        let office = self.office_of(session)?;
        let name = session.name.clone();
        let looked = self.books.look(office, |ledger, register| {
            let roles = if register.people.is_empty() {
                None
            } else {
                // Who is not named there may do nothing.
                Some(register.people.get(&name).map(Vec::as_slice).unwrap_or_default())
            };
            if roles.is_some_and(<[_]>::is_empty) {
                Err(Refusal::Role)
            } else {
                Ok(look(ledger, register, roles))
            }
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
        let may =
            |roles: Option<&[PersonRole]>| roles.is_none_or(|roles| roles.contains(&PersonRole::Decider));
        if self.look(session, |_, _, roles| may(roles)).await? { Ok(()) } else { Err(Refusal::Role) }
    }

    /// Who sends lines.
    pub(crate) fn author(session: &Session) -> Author {
        Author { name: session.name.clone(), desk: session.desk.as_ref().map(|desk| desk.key.clone()) }
    }
}
