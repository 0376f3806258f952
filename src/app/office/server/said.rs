//! What a server answers, and what is asked of it (`src/server/API.md`).
//!
//! Entry points: [`ask`], [`read`]. Absent: what follows from it.

use fuin_core::{Jwk, PersonRole, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    fault::Code,
    locale::{Key, k},
    office::fault::DeskFault,
    platform::{
        BrowserError,
        hosted::{self, Body},
    },
};

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Who {
    /// 氏名.
    pub name: String,
    /// 情報システム: reads no ledger.
    pub is_operator: bool,
    /// The office, once there is one.
    pub office: Option<String>,
    /// What he may do; nothing where the office does not tell people apart.
    pub roles: Option<Vec<PersonRole>>,
    /// What a desk signs.
    pub challenge: String,
    /// For which origin.
    pub origin: String,
}

/// A desk that waits to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WaitingDesk {
    /// Its key.
    pub key: Jwk,
    /// What its people call it.
    pub name: String,
    /// Who is signed in there.
    pub person: String,
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccountLine {
    /// 氏名.
    pub name: String,
    /// Runs the server.
    pub is_operator: bool,
    /// Signs in no more.
    pub is_closed: bool,
    /// Has set a password.
    pub has_password: bool,
}

impl AccountLine {
    /// Whether he signs in, in words.
    pub fn standing(&self) -> Key {
        match self {
            Self { is_closed: true, .. } => k::SERVER_PEOPLE_CLOSED,
            Self { has_password: true, .. } => k::SERVER_PEOPLE_CAN_SIGN_IN,
            Self { .. } => k::SERVER_PEOPLE_INVITED,
        }
    }
}

/// How the server is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Overview {
    /// Its version.
    pub version: String,
    /// SHA-256 of the file that the page is.
    pub sha256: String,
    /// Since when it runs.
    pub since: Timestamp,
    /// How many people are signed in.
    pub sessions: u32,
    /// The offices that it keeps.
    pub offices: Vec<OfficeLine>,
}

/// An office that is kept.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OfficeLine {
    /// Its id.
    pub id: String,
    /// Its name; empty where its ledger cannot be read.
    pub name: String,
    /// Lines of its ledger.
    pub lines: u64,
    /// When the last one was recorded.
    pub last_at: Option<Timestamp>,
    /// What its documents take; nothing where the server keeps none.
    pub documents: Option<Taken>,
    /// The code of what is wrong.
    pub fault: Option<String>,
}

/// What documents take.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Taken {
    /// How many.
    pub documents: u32,
    /// Bytes.
    pub bytes: f64,
    /// Bytes that they may have.
    pub room: f64,
}

/// A word that is handed to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InvitedLine {
    /// Who.
    pub name: String,
    /// The word.
    pub word: String,
    /// Until when it is good.
    pub until: Timestamp,
}

/// Lines of the ledger.
#[derive(Debug, Deserialize)]
pub struct Lines {
    /// As they stand.
    pub lines: Vec<String>,
    /// How many there are.
    pub total: u64,
    /// The head that counts them all.
    pub head: Option<String>,
}

/// How many passkeys somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct PasskeyCount {
    /// How many.
    pub passkeys: usize,
    /// Whether there can be any: not where the server is reached by an address.
    pub are_possible: bool,
}

/// What a device is asked.
#[derive(Deserialize)]
pub struct Question {
    /// By which the answer is known.
    pub word: String,
    /// PublicKeyCredentialRequestOptionsJSON or PublicKeyCredentialCreationOptionsJSON, as text.
    pub question: String,
}

/// What it answered.
#[derive(Serialize)]
pub struct AnsweredWith {
    /// Of the question.
    pub word: String,
    /// AuthenticationResponseJSON or RegistrationResponseJSON, as text.
    pub passkey: String,
}

/// A document that the server has.
#[derive(Debug, Deserialize)]
pub struct Listed {
    /// What it is called.
    pub name: String,
    /// Bytes.
    pub bytes: f64,
}

/// How far a document is.
#[derive(Debug, Deserialize)]
pub struct Have {
    /// Bytes that are there.
    pub have: u64,
    /// All of it is there.
    pub is_whole: bool,
}

/// Something that a server answers to a question whose answer does not matter.
#[derive(Deserialize)]
pub struct Done {}

#[derive(Deserialize)]
struct Refused {
    code: String,
    cause: String,
    names: Option<String>,
}

/// Why a question has no answer.
pub enum NoAnswer {
    /// The server is out of reach.
    Unreachable(BrowserError),
    /// It refuses, with this code.
    Refused(DeskFault),
}

impl From<NoAnswer> for DeskFault {
    fn from(why: NoAnswer) -> Self {
        match why {
            NoAnswer::Unreachable(error) => Self::about(Code::ServerUnreachable, error.words),
            NoAnswer::Refused(fault) => fault,
        }
    }
}

/// Asks something; gives the answer as text. What is read out of it, and what goes along, is for [`read`] and
/// [`written`]: this is one piece of code for all questions.
pub async fn ask(method: &str, path: &str, body: Body<'_>) -> Result<String, NoAnswer> {
    let refused = |code: Code, about: String| NoAnswer::Refused(DeskFault::about(code, about));
    let answer = hosted::ask(method, path, body).await.map_err(NoAnswer::Unreachable)?;
    if answer.status < 300 {
        return Ok(answer.text);
    }
    Err(match serde_json::from_str::<Refused>(&answer.text) {
        Ok(Refused { code, cause, names }) => refused(Code::named(&code), names.unwrap_or(cause)),
        // Not this server's own words: a proxy, or what reads JSON before it is asked.
        Err(_) if answer.status >= 500 => refused(Code::ServerInside, answer.status.to_string()),
        Err(_) => refused(Code::ServerForm, answer.status.to_string()),
    })
}

/// What an answer says.
pub fn read<T: DeserializeOwned>(answer: &str) -> Result<T, DeskFault> {
    serde_json::from_str(answer).map_err(|error| DeskFault::about(Code::ServerForm, error.to_string()))
}

/// What goes along with a question, as text.
pub fn written(body: &impl Serialize) -> Result<String, DeskFault> {
    serde_json::to_string(body).map_err(|error| DeskFault::about(Code::ServerForm, error.to_string()))
}

/// Nothing beside the path.
pub const NOTHING: Option<&()> = None;

#[derive(Serialize)]
pub(super) struct NamePassword<'a> {
    pub name: &'a str,
    pub password: &'a str,
}

#[derive(Serialize)]
pub(super) struct Password<'a> {
    pub password: &'a str,
}

#[derive(Serialize)]
pub(super) struct WordPassword<'a> {
    pub word: &'a str,
    pub password: &'a str,
}

#[derive(Serialize)]
pub(super) struct Named<'a> {
    pub name: &'a str,
    pub is_operator: bool,
    pub password: &'a str,
}

#[derive(Serialize)]
pub(super) struct Proved<'a> {
    pub proof: &'a str,
}

#[derive(Serialize)]
pub(super) struct LineAndHead<'a> {
    pub line: &'a str,
    pub head: &'a str,
}

#[derive(Serialize)]
pub(super) struct LinesAndHead<'a> {
    pub lines: &'a [&'a str],
    pub head: &'a str,
}
