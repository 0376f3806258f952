//! Keys that this browser keeps under a passphrase, opened and made. Derivation is heavy, so it happens here.
//!
//! Entry point: [`obey`]. An office's keys leave as handles that nobody can take out ([`OfficeHandles`]) and go with
//! the page; a device's keys do not leave. Nothing here is written but key files under their passphrase.

use fuin_core::{
    Office, OfficeCard, OfficeKeyFile, OfficeKeys, OfficeLabel, Passphrase, RecipientKeyFile, RecipientKeys,
    RequestFile, Secret32, SigningKey,
};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    fault::{Code, Fault},
    platform::{
        self, BrowserError,
        cargo::Cargo,
        clock,
        crypto::{OfficeHandles, StorageKey},
        db::{self, StoreName},
        device,
        entropy::BrowserEntropy,
        files, kept,
        worker::{hand_over, report},
    },
    wire::{Event, KeyCommand, KeyEvent, RequestOrder, Typed},
    worker::vault::wrong_order,
};

/// Does what is asked of keys.
pub async fn obey(command: KeyCommand) -> Result<(), Fault> {
    match command {
        KeyCommand::Unlock { passphrase } => unlock(&passphrase).await,
        KeyCommand::Import { key_file, passphrase } => import(&key_file, &passphrase).await,
        KeyCommand::Check { key_file, passphrase } => check(&key_file, &passphrase),
        KeyCommand::Found { office, rules, own, passphrase } => found(office, &rules, own, &passphrase).await,
        KeyCommand::Change { passphrase, new_passphrase, exposed } => {
            change(&passphrase, &new_passphrase, exposed).await
        }
        KeyCommand::MakeDevice { passphrase, passkey } => make_device(&passphrase, passkey.as_deref()).await,
        KeyCommand::WriteRequest(order) => write_request(*order).await,
    }
}

/// Opens the keys of the office that is in this browser.
async fn unlock(typed: &Typed) -> Result<(), Fault> {
    hand_out(&open_stored(typed).await?.0).await
}

/// Keys and card of the office that is in this browser.
async fn open_stored(typed: &Typed) -> Result<(OfficeKeys, OfficeCard), Fault> {
    let stored = db::read_json::<String>(StoreName::Settings, kept::OFFICE_KEY_FILE).await?;
    let file = OfficeKeyFile::parse(&stored.ok_or_else(wrong_order)?)?;
    Ok(file.open(&Passphrase::new(typed.expose()))?)
}

/// Opens a key file and keeps it.
async fn import(key_file: &str, typed: &Typed) -> Result<(), Fault> {
    let file = OfficeKeyFile::parse(key_file)?;
    let (keys, _) = file.open(&Passphrase::new(typed.expose()))?;
    let stored = db::read_text(StoreName::Settings, kept::OFFICE_KEY_FILE).await?;
    if let Some(stored) = &stored {
        let known: String = platform::json::read(stored).map_err(BrowserError::from)?;
        if OfficeKeyFile::parse(&known)?.card != file.card {
            return Err(office_is_there());
        }
    }
    let changes = [
        // Whatever founding was cut off here before: this office has its beginning elsewhere.
        (kept::OFFICE_FOUNDING, None),
        (kept::OFFICE_FOUNDING_RULES, None),
        (kept::OFFICE_KEY_FILE, Some(json(&file.to_json())?)),
    ];
    keep_office(stored.as_deref(), &changes).await?;
    hand_out(&keys).await
}

/// Opens a key file to see that it can be opened.
fn check(key_file: &str, typed: &Typed) -> Result<(), Fault> {
    let file = OfficeKeyFile::parse(key_file)?;
    let (keys, _) = file.open(&Passphrase::new(typed.expose()))?;
    report(&Event::from(KeyEvent::Checked { key: keys.signing.public().thumbprint() }));
    Ok(())
}

/// Makes a new office and keeps its key file.
async fn found(office: OfficeLabel, rules: &str, own: Option<String>, typed: &Typed) -> Result<(), Fault> {
    let made = Office::found(&BrowserEntropy, office, rules, Passphrase::new(typed.expose()), clock::now())?;
    // The backup is only worth something if it opens.
    made.key_file.open(&Passphrase::new(typed.expose()))?;
    let changes = [
        // The page has yet to hand out the backup and to begin the ledger.
        (kept::OFFICE_FOUNDING, Some(json(&true)?)),
        (kept::OFFICE_FOUNDING_RULES, own.as_ref().map(json).transpose()?),
        (kept::OFFICE_KEY_FILE, Some(json(&made.key_file.to_json())?)),
    ];
    keep_office(None, &changes).await?;
    hand_out(&made.keys).await
}

/// Makes a new key for the office of this browser. The page keeps it, together with the line of the ledger that says
/// so.
async fn change(typed: &Typed, new: &Typed, exposed: bool) -> Result<(), Fault> {
    let (old, card) = open_stored(typed).await?;
    let (passphrase, when) = (Passphrase::new(new.expose()), (clock::now(), exposed));
    let (made, change) = Office::with_new_key(&BrowserEntropy, &old, &card, passphrase, when)?;
    // The backup is only worth something if it opens.
    made.key_file.open(&Passphrase::new(new.expose()))?;
    hand_over(&Cargo::Office(handles(&made.keys).await?));
    let (key_file, change) = (made.key_file.to_json(), change.as_str().to_owned());
    report(&Event::from(KeyEvent::Changed { key_file, change }));
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String, BrowserError> {
    Ok(serde_json::to_string(value)?)
}

/// Keeps what belongs to an office, all of it or nothing, unless another window founded or took over one since `seen`
/// was read as its key file.
async fn keep_office(seen: Option<&str>, changes: &[(&str, Option<String>)]) -> Result<(), Fault> {
    match db::change_if(StoreName::Settings, kept::OFFICE_KEY_FILE, seen, changes).await? {
        true => Ok(()),
        false => Err(office_is_there()),
    }
}

fn office_is_there() -> Fault {
    Fault::new(Code::LedgerBusy, "there is an office in this browser")
}

/// The place for which the desk's key is sealed.
const DESK_KEY_PLACE: &str = "desk key";

/// Handles on the office's keys, and on the key of this desk (FORMAT.md §10.11), which is made when it is first wanted
/// and kept sealed under the office's storage key.
async fn handles(keys: &OfficeKeys) -> Result<OfficeHandles, Fault> {
    let storage = StorageKey::import(&keys.storage_key()).await?;
    let kept = match db::read(StoreName::Settings, kept::DESK_KEY).await? {
        Some(sealed) => storage.open(DESK_KEY_PLACE, &files::from_js(&sealed)).await?.map(Zeroizing::new),
        None => None,
    };
    let known = kept.and_then(|scalar| SigningKey::from_scalar(&Secret32::from_slice(&scalar)?).ok());
    let desk = match known {
        Some(desk) => desk,
        // Also where another office's key was kept: it is of no use to this one.
        None => {
            let desk = SigningKey::generate(&BrowserEntropy);
            let sealed = storage.seal(DESK_KEY_PLACE, desk.scalar().expose()).await?;
            db::write(StoreName::Settings, kept::DESK_KEY, &files::to_js(&sealed)).await?;
            desk
        }
    };
    Ok(OfficeHandles::import(keys, &desk).await?)
}

async fn hand_out(keys: &OfficeKeys) -> Result<(), Fault> {
    hand_over(&Cargo::Office(handles(keys).await?));
    report(&Event::from(KeyEvent::Unlocked));
    Ok(())
}

/// Makes the keys of this device, and keeps them under a passphrase.
async fn make_device(typed: &Typed, passkey: Option<&str>) -> Result<(), Fault> {
    let keys = RecipientKeys::generate(&BrowserEntropy);
    let file = RecipientKeyFile::seal(&BrowserEntropy, &keys, Passphrase::new(typed.expose()))?;
    if !device::keep_first(&file, passkey).await? {
        // Another window made them meanwhile, or there are some that this version cannot read; bundles may be sealed
        // for them.
        return Err(Fault::new(Code::DeviceKeyThere, "there are keys of this device"));
    }
    report(&Event::from(KeyEvent::Device { keys: file.public_keys() }));
    Ok(())
}

/// The keys of this device.
pub async fn open_device(typed: &Typed) -> Result<RecipientKeys, Fault> {
    let stored = device::key_file().await?.ok_or_else(wrong_order)?;
    Ok(RecipientKeyFile::parse(&stored)?.open(&Passphrase::new(typed.expose()))?)
}

/// Writes a request and signs it: with the device's key where footage is to be sealed for the device, and otherwise
/// with a key that is used once.
async fn write_request(order: RequestOrder) -> Result<(), Fault> {
    let device = match &order.device {
        Some(typed) => Some(open_device(typed).await?),
        None => None,
    };
    let agreement = device.as_ref().map(|keys| keys.agreement.public());
    let signing = device.map_or_else(|| SigningKey::generate(&BrowserEntropy), |keys| keys.signing);
    let RequestOrder { request, rules, promises, made_at, .. } = order;
    let public = signing.public();
    let unsigned = RequestFile::unsigned(request, &rules, &promises, made_at, agreement.as_ref(), &public)?;
    let signature = signing.sign_bytes(unsigned.signing_input());
    let jws = unsigned.attach(&signature)?.as_str().to_owned();
    report(&Event::from(KeyEvent::Request { jws }));
    Ok(())
}
