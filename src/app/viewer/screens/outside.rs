//! 「外からの証明」 on V2: who certified the office's key and who says when the bundle existed, each checked with the
//! certificates of authorities that a person chooses for it. Nothing of it is known before, and nothing stands in the
//! way.

use fuin_core::{CertificateStanding, Certification, Revocation, Roots, TimeStamp, Timestamp};
use leptos::prelude::*;

use crate::{
    fault::{Code, Fault},
    locale::{Key, Locale, k, use_locale},
    platform::files::{self, PickedFile},
    ui::FilesPicker,
    viewer::session::use_session,
};

/// Bytes of the longest file that is chosen here.
const MAX_BYTES: u32 = 4 << 20;

/// What a person chose for one question: roots, and what authorities said of certificates.
type Chosen = Result<(Roots, Vec<Revocation>), Fault>;

/// How a line of what was found is meant.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Good,
    Unknown,
    Stop,
}

/// What a bundle says of the world outside; nothing, if it says nothing.
#[component]
pub fn OutsideView() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let inside = session.inside.get_untracked()?;
    let certification = inside.manifest.certification.as_ref().and_then(|record| record.verify().ok());
    let stamp = inside.time_stamp.as_ref().and_then(|record| record.read().ok());
    if certification.is_none() && stamp.is_none() {
        return None;
    }
    let issued_at = inside.manifest.issued_at;
    let (has_key, has_time) = (certification.is_some(), stamp.is_some());
    let said = StoredValue::new((certification, stamp));
    let (for_key, for_time) = (RwSignal::new(None::<Chosen>), RwSignal::new(None::<Chosen>));
    let time = move || said.with_value(|(_, stamp)| Some(judge_time(l, stamp.as_ref()?, for_time.get()?)));
    let key = move || {
        let stamped = time().and_then(|(_, _, at)| at);
        said.with_value(|(certification, _)| {
            Some(judge_key(l, certification.as_ref()?, for_key.get()?, issued_at, stamped))
        })
    };
    let claims =
        move || said.with_value(|(certification, stamp)| claims(l, certification.as_ref(), stamp.as_ref()));
    Some(view! {
        <section id="outside" aria-labelledby="outside-title">
            <h3 id="outside-title">{move || l.t(k::OUTSIDE_TITLE)}</h3>
            <ul>{move || claims().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            <p class="help">{move || l.t(k::OUTSIDE_HELP)}</p>
            {has_key.then(|| view! { <Chooser id="key-roots" label=k::OUTSIDE_CHOOSE_KEY chosen=for_key /> })}
            {has_time.then(|| view! { <Chooser id="time-roots" label=k::OUTSIDE_CHOOSE_TIME chosen=for_time /> })}
            <div role="status">
                <ul id="outside-found">
                    {move || key().map(|(sign, words)| view! { <Line sign=sign words=words /> })}
                    {move || time().map(|(sign, words, _)| view! { <Line sign=sign words=words /> })}
                </ul>
            </div>
        </section>
    })
}

/// Chooses certificates, and lists with them.
#[component]
fn Chooser(id: &'static str, label: Key, chosen: RwSignal<Option<Chosen>>) -> impl IntoView {
    let l = use_locale();
    let read = move |picked: Option<Vec<PickedFile>>| {
        leptos::task::spawn_local(async move {
            chosen.set(Some(read_files(picked.unwrap_or_default()).await));
        });
    };
    view! {
        <p class="actions">
            <FilesPicker
                id=id
                label=l.label(label)
                accept=".cer,.crt,.der,.pem,.crl,.ocsp"
                primary=false
                on_files=read
            />
        </p>
    }
}

#[component]
fn Line(sign: Sign, words: String) -> impl IntoView {
    let (class, shape) = match sign {
        Sign::Good => ("sign good", "○"),
        Sign::Unknown => ("sign", "△"),
        Sign::Stop => ("sign stop", "×"),
    };
    view! {
        <li>
            <span class=class aria-hidden="true">
                {shape}
            </span>
            {words}
        </li>
    }
}

/// What stands there, and is not known to be true.
fn claims(l: Locale, certification: Option<&Certification>, stamp: Option<&TimeStamp>) -> Vec<String> {
    let certified = certification.map(|certification| {
        let (holder, issuer) = certification.claims();
        l.f(k::OUTSIDE_CERTIFIED, &[("holder", &holder), ("issuer", &issuer)])
    });
    let stamped = stamp.map(|stamp| {
        l.f(k::OUTSIDE_STAMPED, &[("time", &l.time_exact(stamp.at())), ("authority", &stamp.authority())])
    });
    certified.into_iter().chain(stamped).collect()
}

/// Roots, and what authorities said of certificates, whichever file holds which.
async fn read_files(picked: Vec<PickedFile>) -> Result<(Roots, Vec<Revocation>), Fault> {
    let (mut roots, mut said) = (Vec::new(), Vec::new());
    for file in picked {
        let bytes = files::read_bytes(&file, MAX_BYTES).await?;
        let bytes = bytes.ok_or_else(|| Fault::new(Code::X509Form, "the file is too large"))?;
        match Revocation::read_all(&bytes) {
            Ok(lists) => said.extend(lists),
            Err(_) => roots.push(bytes),
        }
    }
    Ok((Roots::read(roots.iter().map(Vec::as_slice))?, said))
}

/// What is known of the time stamp by what was chosen, and the time, if somebody vouches for it.
fn judge_time(l: Locale, stamp: &TimeStamp, chosen: Chosen) -> (Sign, String, Option<Timestamp>) {
    let judged = chosen.and_then(|(roots, said)| Ok(stamp.vouched_by(&roots, &said)?));
    let (time, authority) = (l.time_exact(stamp.at()), stamp.authority());
    let words = |key| l.f(key, &[("time", &time), ("authority", &authority)]);
    match judged {
        Ok(CertificateStanding::Good) => (Sign::Good, words(k::OUTSIDE_STAMP_GOOD), Some(stamp.at())),
        Ok(CertificateStanding::Unknown { .. }) => {
            (Sign::Unknown, words(k::OUTSIDE_STAMP_UNKNOWN), Some(stamp.at()))
        }
        Ok(CertificateStanding::Revoked { .. }) => (Sign::Stop, words(k::OUTSIDE_STAMP_REVOKED), None),
        Err(fault) => (Sign::Stop, failed(l, k::OUTSIDE_STAMP, fault), None),
    }
}

/// What is known of the certification by what was chosen.
fn judge_key(
    l: Locale,
    certification: &Certification,
    chosen: Chosen,
    issued_at: Timestamp,
    stamped: Option<Timestamp>,
) -> (Sign, String) {
    let judged = chosen.and_then(|(roots, said)| Ok(certification.judge(&roots, &said, issued_at, stamped)?));
    let identity = match judged {
        Ok(identity) => identity,
        Err(fault) => return (Sign::Stop, failed(l, k::OUTSIDE_KEY, fault)),
    };
    let when = l.t(if identity.vouched { k::OUTSIDE_BY_STAMP } else { k::OUTSIDE_BY_BUNDLE });
    let (path, time) = (identity.path.join(" ← "), l.time_exact(identity.at));
    let values = [("path", path.as_str()), ("time", time.as_str()), ("when", when)];
    match &identity.standing {
        CertificateStanding::Good => (Sign::Good, l.f(k::OUTSIDE_KEY_GOOD, &values)),
        CertificateStanding::Unknown { holder } => {
            let words = l.f(k::OUTSIDE_KEY_UNKNOWN, &values);
            (Sign::Unknown, words.replace("{holder}", holder))
        }
        CertificateStanding::Revoked { holder, at } => {
            (Sign::Stop, l.f(k::OUTSIDE_KEY_REVOKED, &[("holder", holder), ("time", &l.time(*at))]))
        }
    }
}

fn failed(l: Locale, what: Key, fault: Fault) -> String {
    format!("{}：{}", l.t(what), l.error(fault.code, &fault.cause).0)
}
