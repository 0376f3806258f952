//! The open bundle and its ticket, how far it has come, and the recipient's signing key: the one place in the page's
//! programs that holds them.
//!
//! Entry points: [`Vault::sealed`], [`Vault::admitted`]. Absent: what is done with a bundle.

use std::{cell::RefCell, rc::Rc};

use fuin_core::{
    Admitted, Affirmation, BundleId, ExtensionCode, Header, Sealed, SessionId, SigningKey, Terms, Timestamp,
    Verified,
};

use crate::{
    fault::{Code, Fault},
    platform::{
        entropy::BrowserEntropy,
        files::{BlobSource, PickedFile, source_of},
    },
};

/// How far a bundle has come. Each state holds what the next one needs, and nothing else.
#[derive(Default)]
enum State {
    #[default]
    Empty,
    Verified(Box<Verified<BlobSource>>),
    /// With the number of the viewing.
    Admitted(Rc<Admitted<BlobSource>>, SessionId),
}

#[derive(Default)]
struct Content {
    bundle: Option<PickedFile>,
    ticket: Option<PickedFile>,
    /// The number of the bundle, and that of the one that the ticket is for, as their outsides say.
    numbers: (Option<BundleId>, Option<BundleId>),
    /// The recipient's own signing key, where it was opened with the other one.
    signer: Option<SigningKey>,
    state: State,
}

/// The open bundle.
#[derive(Default)]
pub struct Vault(RefCell<Content>);

/// No bundle is in the state that a command needs.
pub fn wrong_order() -> Fault {
    Fault::new(Code::WrongOrder, "no bundle is in the state that this needs")
}

impl Vault {
    /// Forgets the bundle and its keys.
    pub fn empty(&self) {
        *self.0.borrow_mut() = Content::default();
    }

    /// Takes in a bundle or a ticket whose outside was read. Refused where the two do not belong together.
    pub fn put(&self, file: PickedFile, header: &Header) -> Result<(), Fault> {
        let mut content = self.0.borrow_mut();
        match &header.ticket_of {
            Some(of) => (content.ticket, content.numbers.1) = (Some(file), Some(of.clone())),
            None => (content.bundle, content.numbers.0) = (Some(file), Some(header.bundle_id.clone())),
        }
        match &content.numbers {
            (Some(bundle), Some(of)) if bundle != of => {
                Err(Fault::new(Code::TicketOther, format!("a ticket of {of} beside {bundle}")))
            }
            _ => Ok(()),
        }
    }

    /// Whether there is a ticket and its bundle is still to come.
    pub fn wants_bundle(&self) -> bool {
        self.0.borrow().bundle.is_none()
    }

    fn source(&self) -> Result<BlobSource, Fault> {
        let file = self.0.borrow().bundle.clone().ok_or_else(wrong_order)?;
        Ok(source_of(&file)?)
    }

    /// What a key opens, read again, so that a wrong key leaves everything as it was: the ticket if there is one, and
    /// otherwise the bundle.
    pub fn sealed(&self) -> Result<Sealed<BlobSource>, Fault> {
        let ticket = self.0.borrow().ticket.clone();
        match ticket {
            Some(ticket) => Ok(Sealed::read(source_of(&ticket)?)?),
            None => Ok(Sealed::read(self.source()?)?),
        }
    }

    /// A ticket with its bundle; a bundle is what it is.
    pub fn with_bundle(&self, verified: Verified<BlobSource>) -> Result<Verified<BlobSource>, Fault> {
        match verified.wants_bundle() {
            Some(_) => Ok(verified.with_bundle(Sealed::read(self.source()?)?)?),
            None => Ok(verified),
        }
    }

    /// Extends the period; gives the terms that hold then. A bundle that was admitted is to be admitted anew.
    pub fn extend(&self, code: &ExtensionCode) -> Result<Terms, Fault> {
        let mut content = self.0.borrow_mut();
        let mut verified = match std::mem::take(&mut content.state) {
            State::Verified(verified) => verified,
            State::Admitted(admitted, session) => match Rc::try_unwrap(admitted).map(Admitted::into_verified)
            {
                Ok(Some(verified)) => Box::new(verified),
                Ok(None) => return Err(wrong_order()),
                Err(shared) => {
                    // Something still reads under the old period; then the bundle is opened anew.
                    content.state = State::Admitted(shared, session);
                    return Err(wrong_order());
                }
            },
            State::Empty => return Err(wrong_order()),
        };
        let extended = verified.extend(code);
        let terms = verified.manifest().terms.clone();
        content.state = State::Verified(verified);
        extended?;
        Ok(terms)
    }

    /// The bundle was verified; `signer` is the recipient's own signing key, if it is open.
    pub fn verified(&self, verified: Verified<BlobSource>, signer: Option<SigningKey>) {
        let mut content = self.0.borrow_mut();
        content.state = State::Verified(Box::new(verified));
        content.signer = signer;
    }

    /// The key that signs receipts, of which `salt` is this device's part (FORMAT.md §8.1).
    pub fn with_signer<T>(
        &self,
        salt: &[u8; 32],
        work: impl FnOnce(&Verified<BlobSource>, &SigningKey) -> T,
    ) -> Result<T, Fault> {
        self.with_verified(|verified| match &self.0.borrow().signer {
            Some(signer) => work(verified, signer),
            None => work(verified, &verified.receipt_key(salt)),
        })
    }

    /// What `look` sees of the verified bundle.
    pub fn with_verified<T>(&self, look: impl FnOnce(&Verified<BlobSource>) -> T) -> Result<T, Fault> {
        match &self.0.borrow().state {
            State::Verified(verified) => Ok(look(verified)),
            State::Admitted(admitted, _) => Ok(look(admitted.verified())),
            State::Empty => Err(wrong_order()),
        }
    }

    /// Lets one named person watch, or the next one; gives the number of this viewing. Refused outside the period; then
    /// the bundle stays as it was.
    pub fn admit(&self, now: Timestamp, affirmation: Affirmation) -> Result<SessionId, Fault> {
        let mut content = self.0.borrow_mut();
        let session = SessionId::random(&BrowserEntropy);
        match std::mem::take(&mut content.state) {
            State::Verified(verified) => match Admitted::new(*verified, now, affirmation) {
                Ok(admitted) => content.state = State::Admitted(Rc::new(admitted), session),
                Err((verified, error)) => {
                    content.state = State::Verified(verified);
                    return Err(error.into());
                }
            },
            State::Admitted(admitted, before) => {
                // Perhaps somebody else goes on: the marks bear her name from now on.
                let next = admitted.admit_next(now, affirmation);
                content.state = State::Admitted(admitted, before);
                content.state = State::Admitted(Rc::new(next?), session);
            }
            State::Empty => return Err(wrong_order()),
        }
        Ok(session)
    }

    /// The number of the viewing that was admitted last.
    pub fn session(&self) -> Result<SessionId, Fault> {
        match &self.0.borrow().state {
            State::Admitted(_, session) => Ok(*session),
            State::Empty | State::Verified(_) => Err(wrong_order()),
        }
    }

    /// The admitted bundle, and a second handle on its file.
    pub fn admitted(&self) -> Result<(Rc<Admitted<BlobSource>>, BlobSource), Fault> {
        let admitted = match &self.0.borrow().state {
            State::Admitted(admitted, _) => admitted.clone(),
            State::Empty | State::Verified(_) => return Err(wrong_order()),
        };
        Ok((admitted, self.source()?))
    }
}
