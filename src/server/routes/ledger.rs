//! The ledger: read on, appended to, taken over, and heard of.
//!
//! Entry points: the handlers. Absent: whether a line is good ([`fuin_store::Books`]).

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json,
    extract::{Query, State},
    response::sse::{Event, KeepAlive, Sse},
};
use fuin_core::{Jws, LedgerLine};
use fuin_store::{OfficeId, StoreFault};
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    guard::SignedIn,
    refusal::Refusal,
    sessions::Session,
    state::{News, Seen, Server, now},
};

/// Lines of an answer at most.
const LINES: usize = 5000;

/// From which line on, from 0.
#[derive(Deserialize)]
pub(crate) struct From {
    #[serde(default)]
    from: u64,
}

/// Lines of a ledger.
#[derive(Serialize)]
pub(crate) struct Lines {
    /// As they stand in the file.
    lines: Vec<String>,
    /// How many the ledger has; there are more to be fetched where these do not reach them.
    total: u64,
    /// The head that counts all of them.
    head: Option<String>,
}

/// A line and the head that counts it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    line: String,
    head: String,
}

/// Lines from elsewhere, and the head that counts them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Elsewhere {
    lines: Vec<String>,
    head: String,
}

/// What came of it.
#[derive(Serialize)]
pub(crate) struct Done {
    lines: u64,
    again: bool,
}

/// Reads on.
pub(crate) async fn read(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Query(From { from }): Query<From>,
) -> Result<Json<Lines>, Refusal> {
    let look = |seen: &Seen<'_>| {
        let skipped = usize::try_from(from).unwrap_or(usize::MAX);
        let lines = seen.ledger.lines().iter().skip(skipped).take(LINES);
        Lines {
            lines: lines.map(|line| line.as_str().to_owned()).collect(),
            total: seen.lines(),
            head: seen.head.map(|head| head.as_str().to_owned()),
        }
    };
    Ok(Json(server.look(&session, look).await?))
}

/// Appends a line.
pub(crate) async fn append(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Json(Line { line, head }): Json<Line>,
) -> Result<Json<Done>, Refusal> {
    let (line, head) = (Jws::new(&line), Jws::new(&head));
    let office = office_for(&server, &session, &line)?;
    let author = Server::author(&session);
    let done = server.books.append(&office, (line, &head), &author, now()).await;
    match &done {
        Ok(appended) if !appended.again => server.metrics.appended.inc(),
        Err(StoreFault::Overtaken { .. }) => server.metrics.overtaken.inc(),
        _ => 0,
    };
    let done = done?;
    // Whoever sends again what stands there already shows nothing by it.
    if done.lines == 1 && !done.again {
        settle(&server, &session, &office).await?;
    }
    server.tell(News::Lines(office, done.lines));
    Ok(Json(Done { lines: done.lines, again: done.again }))
}

/// Takes over a ledger that was kept elsewhere, or what the store lost.
pub(crate) async fn take_over(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Json(Elsewhere { lines, head }): Json<Elsewhere>,
) -> Result<Json<Done>, Refusal> {
    let lines: Vec<LedgerLine> = lines.iter().map(|line| LedgerLine::of(line)).collect();
    let first = lines.first().ok_or(Refusal::Form("lines".into()))?;
    let office = match &session.office {
        Some(office) => {
            server.decides(&session).await?;
            // What a desk in force brings; a struck-off one has the office's key as well.
            if !server.look(&session, |seen| seen.is_enrolled(session.desk_key())).await? {
                return Err(StoreFault::Desk.into());
            }
            office.clone()
        }
        None => {
            let office = office_for(&server, &session, &Jws::new(first.as_str()))?;
            // Whose ledger is here already is one of its people first.
            if server.store().offices().await?.contains(&office) {
                return Err(Refusal::Role);
            }
            office
        }
    };
    let count = server.books.take_over(&office, lines, &Jws::new(&head)).await?;
    settle(&server, &session, &office).await?;
    server.tell(News::Lines(office, count));
    Ok(Json(Done { lines: count, again: false }))
}

/// The office of whoever is signed in; for who founds one, that of its first line, which must be signed.
fn office_for(server: &Server, session: &Session, first: &Jws) -> Result<OfficeId, Refusal> {
    match &session.office {
        None if !session.is_operator => OfficeId::of_first(first).ok_or(Refusal::Form("line".into())),
        _ => server.office_of(session).cloned(),
    }
}

/// Whoever founded an office, or brought it here, belongs to it from now on.
async fn settle(server: &Server, session: &Session, office: &OfficeId) -> Result<(), Refusal> {
    if session.office.is_some() {
        return Ok(());
    }
    let _turn = server.account_turn.lock().await;
    let mut account = server.account(&session.account).await?;
    account.office = Some(office.clone());
    // A word that was handed out before would let whoever has it in.
    account.invitation = None;
    server.store().keep_account(&account).await?;
    server.sessions.set_office(&account.id, office);
    Ok(())
}

/// Tells at once what is new: how many lines there are, and that desks wait.
pub(crate) async fn news(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let office = server.office_of(&session)?.clone();
    let heard = server.news.subscribe();
    // What came before anybody listened.
    let lines = server.look(&session, |seen| seen.lines()).await?;
    let first = News::Lines(office.clone(), lines);
    server.metrics.listeners.inc();
    let listener = Listener { server, session, office, heard, next: Some(first) };
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

struct Listener {
    server: Arc<Server>,
    session: Session,
    office: OfficeId,
    heard: Receiver<News>,
    next: Option<News>,
}

impl Listener {
    /// The next thing that is of this office; the end, where the session has ended or the person may not read any more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let news = match self.next.take() {
                Some(news) => news,
                None => match self.heard.recv().await {
                    Ok(news) => news,
                    // Too far behind: how many lines there are now says it all.
                    Err(RecvError::Lagged(_)) => News::Lines(self.office.clone(), self.lines().await?),
                    Err(RecvError::Closed) => return None,
                },
            };
            if !self.server.sessions.is_there(&self.session.id) {
                return None;
            }
            match news {
                News::Lines(office, _) if office == self.office => {
                    let lines = self.lines().await?;
                    return Some(Event::default().event("lines").data(lines.to_string()));
                }
                News::Desks(office) if office == self.office => {
                    return Some(Event::default().event("desks").data("changed"));
                }
                News::Lines(..) | News::Desks(_) => {}
            }
        }
    }

    /// How many lines there are, for one who may read them.
    async fn lines(&self) -> Option<u64> {
        self.server.look(&self.session, |seen| seen.lines()).await.ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.server.metrics.listeners.dec();
    }
}
