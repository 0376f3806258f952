//! The open bundle, how far it has come, and the recipient's signing key: the one place in the page's programs that
//! holds them.
//!
//! Entry points: [`Vault::sealed`], [`Vault::admitted`]. Absent: what is done with a bundle.

use std::{cell::RefCell, rc::Rc};

use fuin_core::{Admitted, Affirmation, Sealed, SigningKey, Timestamp, Verified};

use crate::{
    fault::{Code, Fault},
    platform::files::{BlobSource, PickedFile},
};

/// How far a bundle has come. Each state holds what the next one needs, and nothing else.
#[derive(Default)]
enum State {
    #[default]
    Empty,
    Verified(Box<Verified<BlobSource>>),
    Admitted(Rc<Admitted<BlobSource>>),
}

#[derive(Default)]
struct Content {
    file: Option<PickedFile>,
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

    /// Takes in a file whose outside was read.
    pub fn put(&self, file: PickedFile) {
        self.0.borrow_mut().file = Some(file);
    }

    fn source(&self) -> Result<BlobSource, Fault> {
        let file = self.0.borrow().file.clone().ok_or_else(wrong_order)?;
        Ok(BlobSource::new(file.into())?)
    }

    /// The outside of the bundle, read again: a wrong key leaves everything as it was.
    pub fn sealed(&self) -> Result<Sealed<BlobSource>, Fault> {
        Ok(Sealed::read(self.source()?)?)
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
            State::Admitted(admitted) => Ok(look(admitted.verified())),
            State::Empty => Err(wrong_order()),
        }
    }

    /// Lets one named person watch, or the next one. Refused outside the period; then the bundle stays as it was.
    pub fn admit(&self, now: Timestamp, affirmation: Affirmation) -> Result<(), Fault> {
        let mut content = self.0.borrow_mut();
        match std::mem::take(&mut content.state) {
            State::Verified(verified) => match verified.admit(now, affirmation) {
                Ok(admitted) => content.state = State::Admitted(Rc::new(admitted)),
                Err((verified, error)) => {
                    content.state = State::Verified(verified);
                    return Err(error.into());
                }
            },
            State::Admitted(admitted) => {
                // Perhaps somebody else goes on: the marks bear her name from now on.
                let next = admitted.admit_next(now, affirmation);
                content.state = State::Admitted(admitted);
                content.state = State::Admitted(Rc::new(next?));
            }
            State::Empty => return Err(wrong_order()),
        }
        Ok(())
    }

    /// The admitted bundle, and a second handle on its file.
    pub fn admitted(&self) -> Result<(Rc<Admitted<BlobSource>>, BlobSource), Fault> {
        let admitted = match &self.0.borrow().state {
            State::Admitted(admitted) => admitted.clone(),
            State::Empty | State::Verified(_) => return Err(wrong_order()),
        };
        Ok((admitted, self.source()?))
    }
}
