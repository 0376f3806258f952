//! O6 「記録簿にあることの証明」: one line of the ledger for whoever is not to see the others.

use fuin_core::{BundleId, Proof};
use leptos::prelude::*;

use crate::{
    fault::Code,
    locale::{k, use_locale},
    office::desk::use_desk,
    platform::files,
};

/// A file that proves this disclosure to be in the ledger, without showing the others.
#[component]
pub fn Prove(id: BundleId) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let prove = move |_| {
        let id = id.clone();
        desk.run(async move {
            let keys = desk.keys()?;
            let unsigned = desk.ledger.with_untracked(|ledger| {
                Proof::unsigned(ledger, ledger.sealing_of(&id)?, keys.signing.public())
            });
            let proof = keys.signing.sign_proof(unsigned.ok_or(Code::StepBundle)?).await?;
            Ok(files::download(&format!("{id}.tlog-proof"), "text/plain", proof.as_bytes())?)
        });
    };
    view! {
        <details>
            <summary>{move || l.t(k::CASE_PROVE)}</summary>
            <p class="help">{move || l.t(k::CASE_PROVE_HELP)}</p>
            <p class="actions">
                <button id="prove" on:click=prove disabled=desk.working>
                    {move || l.t(k::CASE_PROVE_SAVE)}
                </button>
            </p>
        </details>
    }
}
