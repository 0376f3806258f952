//! What is wrong about the fields of a form: all at once, each below its field, until that is changed.
//!
//! Entry points: [`Wrongs::new`] for the form, [`Wrongs::say`] when it is sent. Absent: what is wrong, which the
//! form knows.

use leptos::prelude::*;

use crate::platform::page;

/// The fields of one form that are not filled in right: id and words of each.
#[derive(Clone, Copy)]
pub struct Wrongs(RwSignal<Vec<(String, String)>>);

impl Wrongs {
    /// Nothing is wrong yet. The form stands in a `<Provider value=…>`, by which its fields know it.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// What is wrong now, in the order of the form; the keyboard goes to the first.
    pub fn say(self, wrong: Vec<(String, String)>) {
        if let Some((first, _)) = wrong.first() {
            page::show(first);
        }
        self.0.set(wrong);
    }

    /// How many fields are wrong.
    pub fn count(self) -> usize {
        self.0.with(Vec::len)
    }

    /// What is wrong, in the order of the form.
    pub fn words(self) -> Vec<String> {
        self.0.with(|all| all.iter().map(|(_, words)| words.clone()).collect())
    }

    /// What is wrong about a field; nothing without a form around it.
    pub(super) fn of(id: &str) -> Signal<Option<String>> {
        let Some(Self(all)) = use_context() else { return Signal::stored(None) };
        let id = id.to_owned();
        Signal::derive(move || {
            all.with(|all| all.iter().find(|(known, _)| *known == id).map(|(_, words)| words.clone()))
        })
    }

    /// The field is changed, which may be right.
    pub(super) fn forget(id: &str) -> impl Fn() + Clone + use<> {
        let (all, id) = (use_context::<Self>(), id.to_owned());
        move || {
            if let Some(Self(all)) = all
                && all.with_untracked(|all| all.iter().any(|(known, _)| *known == id))
            {
                all.update(|all| all.retain(|(known, _)| *known != id));
            }
        }
    }
}

/// What is wrong about a field, below it.
#[component]
pub(super) fn WrongWords(
    /// The id of these words.
    id: String,
    /// The words.
    words: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <p class="wrong" id=id>
            {move || words.get().map(|words| format!("× {words}"))}
        </p>
    }
}
