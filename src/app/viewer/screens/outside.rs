//! 「外からの証明」 on V2: who certified the office's key and who says when the bundle existed, checked with the
//! certificates of authorities that a person chooses. Nothing of it is known before, and nothing stands in the way.

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

/// One line of what was found.
#[derive(Clone)]
struct Found {
    is_good: bool,
    words: String,
}

impl Found {
    fn good(words: String) -> Self {
        Self { is_good: true, words }
    }

    fn bad(words: String) -> Self {
        Self { is_good: false, words }
    }
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
    let found = RwSignal::new(Vec::<Found>::new());
    let claims = claims(l, certification.as_ref(), stamp.as_ref());
    let inside = StoredValue::new((inside.manifest.issued_at, certification, stamp));
    let look = move |picked: Option<Vec<PickedFile>>| {
        leptos::task::spawn_local(async move {
            let read = read_files(picked.unwrap_or_default()).await;
            let lines = inside.with_value(|(issued_at, certification, stamp)| match read {
                Ok((roots, said)) => {
                    judge(l, (*issued_at, certification.as_ref(), stamp.as_ref()), &roots, &said)
                }
                Err(fault) => vec![Found::bad(l.error(fault.code, &fault.cause).0)],
            });
            found.set(lines);
        });
    };
    Some(view! {
        <section id="outside" aria-labelledby="outside-title">
            <h3 id="outside-title">{move || l.t(k::OUTSIDE_TITLE)}</h3>
            <ul>{claims.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            <p class="help">{move || l.t(k::OUTSIDE_HELP)}</p>
            <FilesPicker
                id="roots"
                label=l.label(k::OUTSIDE_CHOOSE)
                accept=".cer,.crt,.der,.pem,.crl,.ocsp"
                primary=false
                on_files=look
            />
            <div role="status">
                <ul id="outside-found">
                    {move || found.get().into_iter().map(|line| view! { <Line line=line /> }).collect_view()}
                </ul>
            </div>
        </section>
    })
}

#[component]
fn Line(line: Found) -> impl IntoView {
    view! {
        <li>
            <span class=if line.is_good { "sign good" } else { "sign stop" } aria-hidden="true">
                {if line.is_good { "○" } else { "×" }}
            </span>
            {line.words}
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
        l.f(k::OUTSIDE_STAMPED, &[("time", &l.time(stamp.at())), ("authority", &stamp.authority())])
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

type Said<'a> = (Timestamp, Option<&'a Certification>, Option<&'a TimeStamp>);

/// What the chosen certificates say: of the time stamp, whose time counts if they vouch for it, and of the key.
fn judge(
    l: Locale,
    (issued_at, certification, stamp): Said<'_>,
    roots: &Roots,
    said: &[Revocation],
) -> Vec<Found> {
    let mut lines = Vec::new();
    let mut at = (issued_at, false);
    if let Some(stamp) = stamp {
        lines.push(match stamp.vouched_by(roots) {
            Ok(()) => {
                at = (stamp.at(), true);
                let said = [("time", l.time(stamp.at())), ("authority", stamp.authority())];
                Found::good(
                    l.f(k::OUTSIDE_STAMP_GOOD, &said.each_ref().map(|(name, text)| (*name, text.as_str()))),
                )
            }
            Err(error) => Found::bad(failed(l, k::OUTSIDE_STAMP, error.into())),
        });
    }
    if let Some(certification) = certification {
        lines.push(match certification.judge(roots, said, at.0, at.1) {
            Ok(identity) => standing(l, &identity.path.join(" ← "), &identity.standing),
            Err(error) => Found::bad(failed(l, k::OUTSIDE_KEY, error.into())),
        });
    }
    lines
}

fn failed(l: Locale, what: Key, fault: Fault) -> String {
    format!("{}：{}", l.t(what), l.error(fault.code, &fault.cause).0)
}

fn standing(l: Locale, path: &str, standing: &CertificateStanding) -> Found {
    match standing {
        CertificateStanding::Good => Found::good(l.f(k::OUTSIDE_KEY_GOOD, &[("path", path)])),
        CertificateStanding::Unknown { holder } => {
            Found::good(l.f(k::OUTSIDE_KEY_UNKNOWN, &[("path", path), ("holder", holder)]))
        }
        CertificateStanding::Revoked { holder, at } => {
            Found::bad(l.f(k::OUTSIDE_KEY_REVOKED, &[("holder", holder), ("time", &l.time(*at))]))
        }
    }
}
