//! Figures for whoever watches the server (OpenMetrics 1.0). They name no person, no office and no request.
//!
//! Entry point: [`Metrics`]. Absent: who may read them; they are served at an address of their own.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use crate::refusal::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

/// The figures.
pub(crate) struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    seconds: Histogram,
    pub(crate) appended: Counter,
    pub(crate) overtaken: Counter,
    pub(crate) sign_ins_refused: Counter,
    pub(crate) sessions: Gauge,
    pub(crate) listeners: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("fuin");
        let answered = Family::<Answered, Counter>::default();
        let seconds = Histogram::new(exponential_buckets(0.001, 2.0, 14));
        let (appended, overtaken, sign_ins_refused) =
            (Counter::default(), Counter::default(), Counter::default());
        let (sessions, listeners) = (Gauge::default(), Gauge::default());
        registry.register("http_answers", "Answers by route and status", answered.clone());
        registry.register("http_seconds", "How long an answer took", seconds.clone());
        registry.register("lines_appended", "Lines that were appended to ledgers", appended.clone());
        registry.register("lines_overtaken", "Lines whose desk was overtaken", overtaken.clone());
        registry.register("sign_ins_refused", "Tries to sign in that failed", sign_ins_refused.clone());
        registry.register("sessions", "Sessions that are open", sessions.clone());
        registry.register("listeners", "Desks that hear of new lines at once", listeners.clone());
        Self { registry, answered, seconds, appended, overtaken, sign_ins_refused, sessions, listeners }
    }

    /// Something was answered.
    pub(crate) fn count(&self, route: &str, status: u16, took: Duration) {
        self.answered.get_or_create(&Answered { route: route.to_owned(), status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// As text.
    pub(crate) fn text(&self) -> Result<String, Refusal> {
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|error| Refusal::Inside(error.to_string()))?;
        Ok(text)
    }
}
