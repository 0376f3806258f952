//! The screens behind the set-up.

/// Which screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// O1 今日の仕事.
    Today,
    /// O2 申請.
    Request,
    /// O3, O4, O6: one request, from review to 完了.
    Case(u64),
    /// O5 記録簿.
    Ledger,
    /// O7 返却の確認.
    Confirm,
    /// O8 帳票・報告.
    Forms,
    /// O10 画像の出所.
    Trace,
    /// O9 設定.
    Settings,
}

impl Screen {
    /// Whether it only shows what was recorded.
    pub fn is_for_auditors(self) -> bool {
        match self {
            Self::Today | Self::Case(_) | Self::Ledger | Self::Forms | Self::Settings => true,
            Self::Request | Self::Confirm | Self::Trace => false,
        }
    }
}
