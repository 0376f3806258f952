//! The browser's random numbers.

use fuin_core::Entropy;

/// `crypto.getRandomValues`.
pub struct BrowserEntropy;

impl Entropy for BrowserEntropy {
    fn fill(&self, buf: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "without randomness nothing here may go on")]
        getrandom::fill(buf).expect("the browser gives random numbers");
    }
}
