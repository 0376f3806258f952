//! The keys of this device: made under a passphrase that a person chooses or a passkey gives, and opened with it.
//!
//! Entry points: [`DeviceFields`], [`Entry::take`]. Absent: the keys, which stay in the worker.

use fuin_core::{RecipientKeyFile, RecipientPublicKeys};
use leptos::prelude::*;

use crate::{
    fault::{Code, Fault},
    locale::{Key, k, use_locale},
    page::{PassphraseField, key_worker},
    platform::{
        device, page,
        passkey::{self, Guard, NoSecret},
    },
    ui::Tick,
    wire::{KeyCommand, KeyEvent, Typed},
};

/// Why a passphrase for this device's keys is not taken.
pub enum Refusal {
    /// What was typed cannot be used.
    Wrong(Key),
    /// Something failed.
    Fault(Fault),
}

impl From<NoSecret> for Refusal {
    fn from(why: NoSecret) -> Self {
        Self::Fault(no_secret(why))
    }
}

/// What is typed for the keys of this device.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The key for which bundles are sealed, once one was found or made.
    pub known: RwSignal<Option<RecipientPublicKeys>>,
    passphrase: RwSignal<String>,
    again: RwSignal<String>,
    /// Whether new keys are guarded by a passkey.
    by_passkey: RwSignal<bool>,
    /// The passkey that guards the keys that are there.
    passkey: RwSignal<Option<String>>,
}

impl Entry {
    /// Nothing typed; looks whether there are keys.
    pub fn new() -> Self {
        let [passphrase, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
        let (by_passkey, passkey) = (RwSignal::new(false), RwSignal::new(None));
        let entry = Self { known: RwSignal::new(None), passphrase, again, by_passkey, passkey };
        leptos::task::spawn_local(async move {
            // Where this cannot be read nothing can be kept, which the first screen says.
            let text = device::key_file().await.unwrap_or_default();
            let file = text.and_then(|text| RecipientKeyFile::parse(&text).ok());
            entry.passkey.set(device::passkey().await);
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
        let are_there = self.known.with_untracked(Option::is_some);
        if are_there && let Some(id) = self.passkey.get_untracked() {
            return Ok(Typed::new(Guard::ask(&id).await?.secret));
        }
        if !are_there && self.by_passkey.get_untracked() {
            let Guard { kept, secret } = Guard::make().await?;
            let passphrase = Typed::new(secret);
            self.make(passphrase.clone(), Some(kept.clone())).await?;
            self.passkey.set(Some(kept));
            return Ok(passphrase);
        }
        let (typed, again) = (self.passphrase.get_untracked(), self.again.get_untracked());
        if typed.is_empty() {
            return Err(Refusal::Wrong(k::DEVICE_MISSING));
        }
        if !are_there && typed != again {
            return Err(Refusal::Wrong(k::OFFICE_PASSPHRASE_DIFFERS));
        }
        let passphrase = Typed::new(typed);
        if !are_there {
            self.make(passphrase.clone(), None).await?;
        }
        Ok(passphrase)
    }

    async fn make(self, passphrase: Typed, passkey: Option<String>) -> Result<(), Refusal> {
        let command = KeyCommand::MakeDevice { passphrase, passkey };
        match key_worker::ask(command).await.map_err(Refusal::Fault)? {
            (KeyEvent::Device { keys }, _) => self.known.set(Some(keys)),
            _ => return Err(Refusal::Fault(Fault::new(Code::WrongOrder, "no key was made"))),
        }
        Ok(())
    }

    /// Takes the keys away.
    pub async fn forget(self) -> Result<(), Fault> {
        if !device::erase().await {
            return Err(Fault::new(Code::Storage, "the key is still there"));
        }
        self.passkey.set(None);
        self.known.set(None);
        Ok(())
    }

    /// Forgets what was typed.
    pub fn clear(self) {
        self.passphrase.set(String::new());
        self.again.set(String::new());
    }
}

/// Why a passkey gave nothing.
pub fn no_secret(why: NoSecret) -> Fault {
    match why {
        NoSecret::CalledOff(words) => Fault::new(Code::PasskeyCalledOff, words),
        NoSecret::Without => Fault::new(Code::PasskeyWithoutSecret, "no prf"),
    }
}

/// The passphrase of keys that are there, or a new one, twice.
#[component]
pub fn DeviceFields(entry: Entry) -> impl IntoView {
    let l = use_locale();
    let label = move || l.t(if entry.are_there() { k::DEVICE_PASSPHRASE } else { k::DEVICE_PASSPHRASE_NEW });
    let help = move || l.t(if entry.are_there() { k::DEVICE_PASSPHRASE_HELP } else { k::DEVICE_NEW_HELP });
    // Elsewhere the page has no name to which browsers give passkeys, or they are of another use.
    let offers_passkey = page::is_view() && passkey::is_possible();
    let types = move || match entry.are_there() {
        true => entry.passkey.with(Option::is_none),
        false => !entry.by_passkey.get(),
    };
    view! {
        <Show when=move || offers_passkey && !entry.are_there()>
            <Tick id="device-by-passkey" label=l.label(k::DEVICE_BY_PASSKEY) value=entry.by_passkey />
        </Show>
        <Show when=types fallback=move || view! { <p class="help">{move || l.t(k::DEVICE_PASSKEY_HELP)}</p> }>
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
        </Show>
    }
}
