//! O9 設定: who we are, who has which role, backup of the ledger, and the city's rules to read.

use fuin_core::{Approval, DocumentRule, EventBody, PersonRole, Rule, RuleSet};
use leptos::prelude::*;

use super::{
    backup, change_key::ChangeKey, desks::Desks, letter_texts::LetterTexts, passkeys::OwnPasskeys,
    people::People, setup::Identity, unlock::FileWarning,
};
use crate::{
    locale::{k, use_locale},
    office::{desk::use_desk, picked::text_of, server::use_server},
    platform::files,
    ui::{Area, FilePicker},
};

/// The settings.
#[component]
pub fn SettingsView() -> impl IntoView {
    let desk = use_desk();
    let records = !desk.reads_only.get_untracked();
    view! {
        {records
            .then(|| {
                view! {
                    <Identity />
                    <SharedLedger />
                    <Roles />
                    <FileWarning />
                    <backup::Backup />
                    <LetterTexts />
                    <ChangeKey />
                    <AdoptRules />
                }
            })}
        {move || desk.rules.get().map(|rules| view! { <Rules rules=rules /> })}
    }
}

/// People and desks, where several share the ledger.
#[component]
fn SharedLedger() -> impl IntoView {
    let server = use_server();
    let desk = use_desk();
    let has_ledger = Memo::new(move |_| desk.ledger.with(|ledger| !ledger.lines().is_empty()));
    view! {
        <Show when=move || server.is_hosted && has_ledger.get()>
            <Show when=move || server.may(PersonRole::Decider)>
                <People />
            </Show>
            <Desks />
            <OwnPasskeys />
        </Show>
    }
}

/// 役割: one a line, the name after a colon.
#[component]
fn Roles() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let known = desk.register.with_untracked(|register| {
        register
            .roles
            .iter()
            .map(|role| format!("{}：{}", role.role, role.name))
            .collect::<Vec<_>>()
            .join("\n")
    });
    let text = RwSignal::new(known);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let roles = text.get_untracked().lines().filter_map(Approval::parse).collect();
        desk.run(async move {
            desk.append(EventBody::OfficeSet { roles }).await?;
            desk.tell(l.t(k::SETTINGS_SAVED).to_owned());
            Ok(())
        });
    };
    view! {
        <section aria-labelledby="roles-title">
            <h2 id="roles-title">{move || l.t(k::SETTINGS_ROLES)}</h2>
            <form on:submit=save>
                <Area
                    id="roles"
                    label=l.label(k::SETTINGS_ROLES_LABEL)
                    value=text
                    help=l.label(k::SETTINGS_ROLES_HELP)
                />
                <p class="actions">
                    <button id="save-roles" type="submit" disabled=desk.working>
                        {move || l.t(k::CASE_RECORD)}
                    </button>
                </p>
            </form>
        </section>
    }
}

/// An office's own rule file, or a revised one.
#[component]
fn AdoptRules() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    view! {
        <h2>{move || l.t(k::RULES_ADOPT_TITLE)}</h2>
        <p class="help">{move || l.t(k::RULES_ADOPT_HELP)}</p>
        <p>
            <button
                id="save-rules"
                on:click=move |_| {
                    desk.run(async move {
                        let file = desk.rules.with_untracked(|rules| rules.as_ref().map(RuleSet::to_toml));
                        files::download("rules-guide.md", "text/markdown", RuleSet::GUIDE.as_bytes())?;
                        Ok(
                            files::download(
                                "rules.toml",
                                "application/toml",
                                file.unwrap_or_default().as_bytes(),
                            )?,
                        )
                    })
                }
            >
                {move || l.t(k::RULES_SAVE)}
            </button>
        </p>
        <p>
            <FilePicker
                id="adopt-rules"
                label=l.label(k::RULES_ADOPT)
                accept=".toml"
                on_file=move |file| {
                    desk.run(async move {
                        let text = text_of(file).await?;
                        desk.append(EventBody::RulesAdopted { text }).await?;
                        desk.tell(l.t(k::RULES_ADOPTED).to_owned());
                        Ok(())
                    })
                }
            />
        </p>
    }
}

/// The rule set with its articles.
#[component]
fn Rules(rules: RuleSet) -> impl IntoView {
    let l = use_locale();
    let row = |(label, rule): (&'static str, Rule)| {
        view! {
            <tr>
                <th scope="row">{label}</th>
                <td>{rule.words()}</td>
            </tr>
        }
    };
    let rows = rules.articles().map(row);
    let asked = rules.review.iter().map(|review| {
        view! { <li>{review.text.clone()} "（" {review.article.clone()} "）"</li> }
    });
    let promised = rules.undertaking.items.iter().map(|item| view! { <li>{item.clone()}</li> });
    let required = rules.undertaking.required.then(|| rules.undertaking.article.clone());
    let grounds = rules.grounds.iter().map(|ground| {
        let written = match ground.document {
            DocumentRule::Required => l.t(k::RULES_WRITTEN),
            DocumentRule::Principle => l.t(k::RULES_WRITTEN_USUALLY),
            DocumentRule::Silent => "",
        };
        view! {
            <li>
                {ground.text.clone()} "（" {ground.article.clone()} "）" {written} " "
                <span class="help">{ground.note.clone()}</span>
            </li>
        }
    });
    view! {
        <section aria-labelledby="rules-title">
            <h2 id="rules-title">{move || l.t(k::OFFICE_RULES)}</h2>
            <p>{rules.name.clone()} "「" {rules.title.clone()} "」" {rules.version.clone()}</p>
            <h3>{move || l.t(k::REQUEST_GROUND)}</h3>
            <ul>{grounds.collect_view()}</ul>
            <h3>{move || l.t(k::REVIEW_TITLE)}</h3>
            <ul>{asked.collect_view()}</ul>
            <h3>{move || l.t(k::REVIEW_UNDERTAKING)}</h3>
            <p>
                {match required {
                    Some(article) => l.f(k::RULES_UNDERTAKING, &[("article", &article)]),
                    None => l.t(k::REVIEW_UNDERTAKING_SILENT).to_owned(),
                }}
            </p>
            <ol>{promised.collect_view()}</ol>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="rules-title">
                <table id="rules">
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}
