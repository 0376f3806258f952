//! The keys of this device: made under a passphrase that a person chooses, and opened with it.
//!
//! Entry points: [`DeviceFields`], [`Entry::take`]. Absent: the keys, which stay in the worker.

use fuin_core::{RecipientKeyFile, RecipientPublicKeys};
use leptos::prelude::*;

use crate::{
    fault::{Code, Fault},
    locale::{Key, k, use_locale},
    page::{PassphraseField, key_worker},
    platform::device,
    wire::{KeyCommand, KeyEvent, Typed},
};

/// Why a passphrase for this device's keys is not taken.
pub enum Refusal {
    /// What was typed cannot be used.
    Wrong(Key),
    /// Something failed.
    Fault(Fault),
}

/// What is typed for the keys of this device.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The key for which bundles are sealed, once one was found or made.
    pub known: RwSignal<Option<RecipientPublicKeys>>,
    passphrase: RwSignal<String>,
    again: RwSignal<String>,
}

impl Entry {
    /// Nothing typed; looks whether there are keys.
    pub fn new() -> Self {
        let [passphrase, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
        let entry = Self { known: RwSignal::new(None), passphrase, again };
        leptos::task::spawn_local(async move {
            // Where this cannot be read nothing can be kept, which the first screen says.
            let text = device::key_file().await.unwrap_or_default();
            let file = text.and_then(|text| RecipientKeyFile::parse(&text).ok());
            entry.known.set(file.map(|file| file.public_keys()));
        });
        entry
    }

    /// Whether keys were made before.
    pub fn are_there(self) -> bool {
        self.known.with(Option::is_some)
    }

    /// The passphrase of the keys, which are made now if there are none.
    pub async fn take(self) -> Result<Typed, Refusal> {
        let (typed, again) = (self.passphrase.get_untracked(), self.again.get_untracked());
        let are_there = self.known.with_untracked(Option::is_some);
        if typed.is_empty() {
            return Err(Refusal::Wrong(k::DEVICE_MISSING));
        }
        if !are_there && typed != again {
            return Err(Refusal::Wrong(k::OFFICE_PASSPHRASE_DIFFERS));
        }
        let passphrase = Typed::new(typed);
        if !are_there {
            let command = KeyCommand::MakeDevice { passphrase: passphrase.clone() };
            match key_worker::ask(command).await.map_err(Refusal::Fault)? {
                (KeyEvent::Device { keys }, _) => self.known.set(Some(keys)),
                _ => return Err(Refusal::Fault(Fault::new(Code::WrongOrder, "no key was made"))),
            }
        }
        Ok(passphrase)
    }

    /// Forgets what was typed.
    pub fn clear(self) {
        self.passphrase.set(String::new());
        self.again.set(String::new());
    }
}

/// The passphrase of keys that are there, or a new one, twice.
#[component]
pub fn DeviceFields(entry: Entry) -> impl IntoView {
    let l = use_locale();
    let label = move || l.t(if entry.are_there() { k::DEVICE_PASSPHRASE } else { k::DEVICE_PASSPHRASE_NEW });
    let help = move || l.t(if entry.are_there() { k::DEVICE_PASSPHRASE_HELP } else { k::DEVICE_NEW_HELP });
    view! {
        <PassphraseField
            id="device-passphrase"
            label=Signal::derive(move || label().to_owned())
            value=entry.passphrase
            help=Signal::derive(move || help().to_owned())
        />
        <Show when=move || !entry.are_there()>
            <PassphraseField
                id="device-passphrase-again"
                label=l.label(k::DEVICE_PASSPHRASE_AGAIN)
                value=entry.again
            />
        </Show>
    }
}
