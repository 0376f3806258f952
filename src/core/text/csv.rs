//! Tables for spreadsheet programs (RFC 4180): UTF-8 with a byte order mark, and nothing that one would run
//! as a formula.
//!
//! Entry point: [`csv_table`]. Absent: reading.

use super::name::is_invisible;
use csv::{QuoteStyle, Terminator, WriterBuilder};

/// Spreadsheets run what begins like this; Japanese ones also in full width.
const FORMULA: [char; 12] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '−', '\t', '\r', '\n'];

/// Rows of cells as one file. A cell that begins like a formula, also behind spaces and what cannot be seen, gets an
/// apostrophe in front, which spreadsheets hide; a plain number keeps its sign.
pub fn csv_table(rows: &[Vec<String>]) -> String {
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        // Writing into memory does not fail.
        let _ = writer.write_record(row.iter().map(|cell| safe(cell)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    format!("\u{FEFF}{}", String::from_utf8_lossy(&bytes))
}

fn safe(cell: &str) -> String {
    let is_number = cell.parse::<f64>().is_ok_and(f64::is_finite);
    let unseen = |c: char| {
        c == ' '
            || (c.is_whitespace() && !FORMULA.contains(&c))
            || is_invisible(c)
            || (c.is_control() && !FORMULA.contains(&c))
    };
    if cell.trim_start_matches(unseen).starts_with(FORMULA) && !is_number {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_run() {
        let rows = [
            vec!["a,b".to_owned(), "=1+1".to_owned(), "-5".to_owned()],
            vec!["\"x\"".to_owned(), "@SUM".to_owned(), "-cmd".to_owned()],
        ];
        assert_eq!(csv_table(&rows), "\u{FEFF}\"a,b\",'=1+1,-5\r\n\"\"\"x\"\"\",'@SUM,'-cmd\r\n");
    }

    #[test]
    fn formulas_in_full_width_and_behind_what_is_not_seen_do_not_run() {
        for cell in [
            "＝1+1",
            "＋1",
            "－1+1",
            "＠A",
            "\n=1",
            " =1",
            "\u{A0}=1",
            "\u{200B}=1",
            "\u{3000}＝1",
            "\u{FEFF}=1",
            "\u{0}=1",
        ] {
            assert_eq!(safe(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", " ", "令和8年", "1=1", "-5", "+3.5"] {
            assert_eq!(safe(cell), cell);
        }
    }
}
