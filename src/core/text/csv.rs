//! Tables for spreadsheet programs (RFC 4180): UTF-8 with a byte order mark, and nothing that one would run
//! as a formula.
//!
//! Entry point: [`csv_table`]. Absent: reading.

use csv::{QuoteStyle, Terminator, WriterBuilder};

/// Spreadsheets run what begins like this.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Rows of cells as one file. A cell that begins like a formula gets an apostrophe in front, which spreadsheets hide; a
/// plain number keeps its sign.
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
    if cell.starts_with(FORMULA) && !is_number { format!("'{cell}") } else { cell.to_owned() }
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
}
