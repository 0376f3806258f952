//! What can go wrong at the desk: a code, and what its words are about.
//!
//! Entry point: [`DeskFault`]. Absent: the words (`locale.rs`).

use fuin_core::{Coded, Field, LedgerFault, StepError, UnionError};

use crate::{
    fault::{Code, Fault},
    locale::{Key, Locale, k},
    platform::BrowserError,
};

/// What the words of a fault are about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Detail {
    /// Nothing in particular.
    None,
    /// A number, a name, or a cause.
    Text(String),
    /// A field of an event or a request.
    Field(Field),
}

/// What the desk has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whether it is a stop.
    pub stop: bool,
    /// What happened.
    pub cause: String,
    /// What to do.
    pub advice: String,
}

/// Something that went wrong at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskFault {
    /// Stable code.
    pub code: Code,
    detail: Detail,
}

impl DeskFault {
    /// A fault about something: a number, a name, a cause.
    pub fn about(code: Code, what: impl Into<String>) -> Self {
        Self { code, detail: Detail::Text(what.into()) }
    }

    /// A fault of core, about what it names.
    fn naming(error: &impl Coded) -> Self {
        let code = Code::named(error.code());
        error.names().map_or_else(|| code.into(), |what| Self::about(code, what))
    }

    /// What happened and what to do, in the page's language.
    pub fn words(&self, l: Locale) -> (String, String) {
        match &self.detail {
            Detail::None => l.error(self.code, ""),
            Detail::Text(text) => l.error(self.code, text),
            Detail::Field(field) => l.error(self.code, l.t(field_key(*field))),
        }
    }
}

impl From<Code> for DeskFault {
    fn from(code: Code) -> Self {
        Self { code, detail: Detail::None }
    }
}

impl From<Fault> for DeskFault {
    fn from(Fault { code, cause }: Fault) -> Self {
        Self::about(code, cause)
    }
}

impl From<BrowserError> for DeskFault {
    fn from(error: BrowserError) -> Self {
        Fault::from(error).into()
    }
}

impl From<LedgerFault> for DeskFault {
    fn from(fault: LedgerFault) -> Self {
        Self::naming(&fault)
    }
}

impl From<UnionError> for DeskFault {
    fn from(error: UnionError) -> Self {
        Self::naming(&error)
    }
}

impl From<StepError> for DeskFault {
    fn from(error: StepError) -> Self {
        match &error {
            StepError::Missing(field) | StepError::Day(field) | StepError::Name(field) => {
                Self { code: Code::named(error.code()), detail: Detail::Field(*field) }
            }
            _ => Self::naming(&error),
        }
    }
}

/// What the page calls a field of an event or a request.
fn field_key(field: Field) -> Key {
    match field {
        Field::Organization => k::REQUEST_ORGANIZATION,
        Field::Department => k::REQUEST_DEPARTMENT,
        Field::Person => k::REQUEST_PERSON,
        Field::LegalBasis => k::REQUEST_BASIS,
        Field::Purpose => k::REQUEST_PURPOSE,
        Field::DeliveryMethod => k::REQUEST_METHOD,
        Field::Range => k::REQUEST_RANGE,
        Field::By => k::REVIEW_DECIDED_BY,
        Field::Reason => k::REVIEW_REASON,
        Field::Until => k::CASE_UNTIL,
        Field::From => k::CASE_FROM,
        Field::Method => k::SHEET_METHOD,
        Field::MediumCheck => k::OFFICE_MEDIUM_CHECK,
        Field::Answer => k::OFFICE_ANSWER,
        Field::To => k::PROVIDE_TO,
        Field::Place => k::PROVIDE_PLACE,
        Field::What => k::FORMS_WHAT,
        Field::On => k::CASE_DONE_ON,
        Field::Attachments => k::ATTACH_TITLE,
        Field::BasisDetail => k::REQUEST_BASIS_DETAIL,
        Field::ReceivedOn => k::REQUEST_RECEIVED,
        Field::DocumentDate => k::REQUEST_DOCUMENT_DATE,
        Field::ReturnDue => k::REQUEST_DUE,
        Field::SubmittedOn => k::REVIEW_SUBMITTED_ON,
        Field::SignedBy => k::REVIEW_SIGNED_BY,
        Field::CouncilOn => k::REVIEW_COUNCIL_ON,
    }
}
