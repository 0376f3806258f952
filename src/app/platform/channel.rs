//! What windows of this origin tell each other, at once and without a server.
//!
//! Entry points: [`Channel::open`], [`Channel::tell`]. Absent: a promise that it arrives; a browser without channels
//! has none.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// The name under which windows tell each other which bundle was erased, by the key of its record.
pub const ERASED: &str = "fuin-erased";

/// A channel, until dropped.
pub struct Channel {
    channel: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Listens to what other windows tell under this name. Returns `None` where the browser has no channels.
    pub fn open(name: &str, mut on_text: impl FnMut(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(text) = message.data().as_string() {
                on_text(text);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { channel, _on_message: on_message })
    }

    /// Tells all other windows.
    pub fn tell(&self, text: &str) {
        // What cannot be told is found in the database by whoever looks.
        let _ = self.channel.post_message(&text.into());
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
