//! Certificates and lists as people get them: DER, or one or more PEM blocks (RFC 7468).

use der::pem;

use super::error::X509Error;

/// The DER inside of PEM blocks with this label; bytes that are no PEM are taken for DER.
pub(super) fn blocks(bytes: &[u8], label: &str, what: &'static str) -> Result<Vec<Vec<u8>>, X509Error> {
    const BEGIN: &str = "-----BEGIN ";
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(vec![bytes.to_vec()]) };
    if !text.contains(BEGIN) {
        return Ok(vec![bytes.to_vec()]);
    }
    let starts = text.match_indices(BEGIN).map(|(at, _)| at);
    let ends = starts.clone().skip(1).chain([text.len()]);
    starts
        .zip(ends)
        .map(|(start, end)| {
            let block = text.get(start..end).unwrap_or_default();
            // People's files have words between the blocks.
            let block = block.rfind("-----").and_then(|at| block.get(..at + 5)).unwrap_or(block);
            match pem::decode_vec(block.as_bytes()) {
                Ok((found, der)) if found == label => Ok(der),
                _ => Err(X509Error::Form(what)),
            }
        })
        .collect()
}
