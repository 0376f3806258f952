//! A worker for one thing that is done with keys: it derives, answers, and goes with all that it knew.
//!
//! Entry point: [`ask`]. Absent: the workers that play and seal, which live longer.

use std::{cell::RefCell, rc::Rc};

use futures_channel::oneshot;

use crate::{
    fault::{Code, Fault},
    platform::{cargo::Cargo, crypto::OfficeHandles, worker::WorkerHandle},
    wire::{Command, Event, KeyCommand, KeyEvent},
};

/// The worker's answer, and the keys of an office if it opened one.
pub async fn ask(command: KeyCommand) -> Result<(KeyEvent, Option<OfficeHandles>), Fault> {
    let (answer, answered) = oneshot::channel();
    let answer = Rc::new(RefCell::new(Some(answer)));
    let handles = Rc::new(RefCell::new(None));
    let give = move |result: Result<KeyEvent, Fault>| {
        if let Some(answer) = answer.borrow_mut().take() {
            // Nobody listens any more if the question was called off.
            let _ = answer.send(result);
        }
    };
    let (on_event, on_crash) = (give.clone(), give);
    let taken = handles.clone();
    let worker = WorkerHandle::start(
        move |event: Event| match event {
            Event::Refused { code, cause } => on_event(Err(Fault { code, cause })),
            Event::Key(event) => on_event(Ok(event)),
            Event::View(_) | Event::Play(_) | Event::Seal(_) => {}
        },
        move |cargo| {
            if let Cargo::Office(keys) = cargo {
                *taken.borrow_mut() = Some(keys);
            }
        },
        |_| {},
        move |cause| on_crash(Err(Fault::new(Code::WorkerStopped, cause))),
    );
    let worker = worker.map_err(|error| Fault::new(Code::WorkerMissing, error.words))?;
    worker.send(&Command::from(command), None);
    let event = answered.await.unwrap_or_else(|_| Err(Fault::new(Code::WorkerStopped, "no answer")))?;
    Ok((event, handles.take()))
}
