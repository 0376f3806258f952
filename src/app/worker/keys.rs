//! Keys that this browser keeps under a passphrase, opened and made. Derivation is heavy, so it happens here.
//!
//! Entry point: [`obey`]. An office's keys leave as handles that nobody can take out ([`OfficeHandles`]) and go with
//! the page; a device's keys do not leave. Nothing here is written but key files under their passphrase.

use fuin_core::{
    Office, OfficeKeyFile, OfficeKeys, OfficeLabel, Passphrase, RecipientKeyFile, RecipientKeys, RequestFile,
    SigningKey,
};

use crate::{
    fault::{Code, Fault},
    platform::{
        cargo::Cargo,
        clock,
        crypto::OfficeHandles,
        db::{self, StoreName},
        device,
        entropy::BrowserEntropy,
        kept,
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
        KeyCommand::Found { office, rules, passphrase } => found(office, &rules, &passphrase).await,
        KeyCommand::MakeDevice { passphrase } => make_device(&passphrase).await,
        KeyCommand::WriteRequest(order) => write_request(*order).await,
    }
}

async fn stored_key_file() -> Result<Option<OfficeKeyFile>, Fault> {
    let stored = db::read_json::<String>(StoreName::Settings, kept::OFFICE_KEY_FILE).await?;
    Ok(stored.map(|text| OfficeKeyFile::parse(&text)).transpose()?)
}

/// Opens the keys of the office that is in this browser.
async fn unlock(typed: &Typed) -> Result<(), Fault> {
    let file = stored_key_file().await?.ok_or_else(wrong_order)?;
    let (keys, _) = file.open(&Passphrase::new(typed.expose()))?;
    hand_out(&keys).await
}

/// Opens a key file and keeps it.
async fn import(key_file: &str, typed: &Typed) -> Result<(), Fault> {
    let file = OfficeKeyFile::parse(key_file)?;
    let (keys, _) = file.open(&Passphrase::new(typed.expose()))?;
    if stored_key_file().await?.is_some_and(|known| known.card != file.card) {
        // Another window founded or took over another office meanwhile.
        return Err(Fault::new(Code::LedgerBusy, "there is an office in this browser"));
    }
    // Whatever founding was cut off here before: this office has its beginning elsewhere.
    db::remove(StoreName::Settings, kept::OFFICE_FOUNDING).await?;
    db::write_json(StoreName::Settings, kept::OFFICE_KEY_FILE, &file.to_json()).await?;
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
async fn found(office: OfficeLabel, rules: &str, typed: &Typed) -> Result<(), Fault> {
    if stored_key_file().await?.is_some() {
        // Another window founded or took over an office meanwhile.
        return Err(Fault::new(Code::LedgerBusy, "there is an office in this browser"));
    }
    let made = Office::found(&BrowserEntropy, office, rules, Passphrase::new(typed.expose()), clock::now())?;
    // The backup is only worth something if it opens.
    made.key_file.open(&Passphrase::new(typed.expose()))?;
    // The page has yet to hand out the backup and to begin the ledger. The file comes last: without it there is no
    // office here.
    db::write_json(StoreName::Settings, kept::OFFICE_FOUNDING, &true).await?;
    db::write_json(StoreName::Settings, kept::OFFICE_KEY_FILE, &made.key_file.to_json()).await?;
    hand_out(&made.keys).await
}

async fn hand_out(keys: &OfficeKeys) -> Result<(), Fault> {
    hand_over(&Cargo::Office(OfficeHandles::import(keys).await?));
    report(&Event::from(KeyEvent::Unlocked));
    Ok(())
}

/// Makes the keys of this device, and keeps them under a passphrase.
async fn make_device(typed: &Typed) -> Result<(), Fault> {
    if device::key_file().await?.is_some() {
        // Another window made them meanwhile; bundles may be sealed for them.
        return Err(wrong_order());
    }
    let keys = RecipientKeys::generate(&BrowserEntropy);
    let file = RecipientKeyFile::seal(&BrowserEntropy, &keys, Passphrase::new(typed.expose()))?;
    device::keep(&file).await?;
    report(&Event::from(KeyEvent::Device { agreement: file.agreement }));
    Ok(())
}

/// The keys of this device.
pub async fn open_device(typed: &Typed) -> Result<RecipientKeys, Fault> {
    let file = device::key_file().await?.ok_or_else(wrong_order)?;
    Ok(file.open(&Passphrase::new(typed.expose()))?)
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
