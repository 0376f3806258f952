//! One line of a ledger, proved without the others: its place in a Merkle tree (RFC 6962 §2.1) whose root the office
//! signed, as a C2SP tlog-proof with a checkpoint (FORMAT.md §10.9).
//!
//! Entry points: [`Proof::make`], [`Proof::unsigned`], [`Proof::check`]. Absent: proofs that a ledger only grew; its
//! chain shows that.

use data_encoding::BASE64;

use super::{
    chain::Ledger,
    entry::{BroughtFrom, LedgerEvent},
    event::EventBody,
    line::LedgerLine,
};
use crate::{
    bundle::{KeyChange, KeyHistory},
    crypto::{Jws, PublicKey, SignatureError, SigningKey, Typ, sha256, to_der},
    port::Coded,
};

/// What a proof begins with.
const MAGIC: &str = "c2sp.org/tlog-proof@v1";
/// The most hashes of a path: a tree of 2⁶⁴ leaves has no longer one.
const MAX_PATH: usize = 64;
/// Bytes of the longest proof that is looked at.
const MAX_BYTES: usize = 1 << 20;

/// Why a proof is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// Not written as §10.9 says.
    #[error("this is no proof of a ledger: {0} (FORMAT.md §10.9)")]
    Form(&'static str),
    /// The line is no event, or its signature is wrong.
    #[error(transparent)]
    Line(#[from] SignatureError),
    /// The line does not stand in the tree, at that place.
    #[error("the line is not in the ledger that the checkpoint is of (FORMAT.md §10.9)")]
    Path,
    /// The checkpoint is not signed by the key that signed the line, nor by one to which that led.
    #[error("the checkpoint is not signed by the office (FORMAT.md §10.9)")]
    Checkpoint,
}

impl Coded for ProofError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "proof_form",
            Self::Line(error) => error.code(),
            Self::Path => "proof_path",
            Self::Checkpoint => "proof_checkpoint",
        }
    }
}

/// A line that was proved.
#[derive(Debug, Clone)]
pub struct Proof {
    /// What it says.
    pub event: LedgerEvent,
    /// The key that signed the checkpoint, and the line, or to which the key of the line led (§6.7). Whether it is the
    /// office's is for the reader to compare (§6.5).
    pub signer: PublicKey,
    /// The keys that led to it, from the one that signed the line.
    pub before: KeyHistory,
    /// Lines that the ledger had then.
    pub lines: u64,
    /// The desk that signed the line, where the office's key did not.
    pub desk: Option<String>,
}

impl Proof {
    /// Proves line `index` of a ledger, from 0, under a checkpoint of it as it is; `None` if it has no such line.
    pub fn make(ledger: &Ledger, index: usize, key: &SigningKey) -> Option<String> {
        let unsigned = Self::unsigned(ledger, index, &key.public())?;
        let signature = key.sign_bytes(unsigned.signing_input());
        unsigned.attach(&signature)
    }

    /// As [`Self::make`], for a key that lives elsewhere.
    pub fn unsigned(ledger: &Ledger, index: usize, key: &PublicKey) -> Option<UnsignedProof> {
        let line = ledger.lines().get(index)?.jws()?;
        let enrolment = enrolment_for(ledger, index)?;
        let leaves: Vec<[u8; 32]> = ledger.lines().iter().map(LedgerLine::leaf).collect();
        let mut extra = line.as_str().to_owned();
        if let Some((_, enrolment)) = enrolment {
            extra.push('\n');
            extra.push_str(enrolment.as_str());
        }
        // They lead from the key of the office that signed.
        for change in key_changes_since(ledger, enrolment.map_or(index, |(at, _)| at)) {
            extra.push('\n');
            extra.push_str(change.jws.as_str());
        }
        let mut text = format!("{MAGIC}\nextra {}\nindex {index}\n", BASE64.encode(extra.as_bytes()));
        for hash in path(&leaves, index) {
            text.push_str(&format!("{}\n", BASE64.encode(&hash)));
        }
        let note = format!("{}\n{}\n{}\n", origin(key), leaves.len(), BASE64.encode(&root(&leaves)));
        Some(UnsignedProof { path: text, note, key: key.clone() })
    }

    /// Checks a proof: that its line is an office's event, stands in the tree, and that the same key signed the root.
    pub fn check(text: &str) -> Result<Self, ProofError> {
        let form = ProofError::Form;
        if text.len() > MAX_BYTES {
            return Err(form("it is too long"));
        }
        let (head, note) = text.split_once("\n\n").ok_or(form("no checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(MAGIC) {
            return Err(form("another kind of file"));
        }
        let extra =
            lines.next().and_then(|line| decode(line.strip_prefix("extra ")?)).ok_or(form("extra"))?;
        let index =
            lines.next().and_then(|line| number(line.strip_prefix("index ")?)).ok_or(form("index"))?;
        let path: Option<Vec<[u8; 32]>> = lines.map(|line| decode(line)?.try_into().ok()).collect();
        let path = path.filter(|path| path.len() <= MAX_PATH).ok_or(form("a hash"))?;
        let mut documents = extra.split(|&byte| byte == b'\n');
        let line = Jws::from_bytes(documents.next().unwrap_or_default())?;
        let verified = line.verify(Typ::Event)?;
        let event: LedgerEvent = verified.parse()?;
        let told = brought(&event)?;
        let mut changes = documents.map(Jws::from_bytes).collect::<Result<Vec<Jws>, _>>()?;
        let enrolled = changes.first().and_then(|first| enrolment(first, &event, &verified.signer));
        if enrolled.is_some() {
            changes.remove(0);
        }
        let (desk, of_line) = enrolled.map_or((None, verified.signer), |(name, by)| (Some(name), by));
        let (signer, before) = key_in_force(&changes, of_line)?;
        let (lines, root) = checkpoint(note, &signer)?;
        if event.seq != index
            || root_of(LedgerLine::Whole(line.clone()).leaf(), index, lines, &path) != Some(root)
        {
            return Err(ProofError::Path);
        }
        Ok(Self { event: told.unwrap_or(event), signer, before, lines, desk })
    }
}

/// Of a line, from 0, that a desk signed, the line that enrolled the desk; `None` if there is no such line.
fn enrolment_for(ledger: &Ledger, index: usize) -> Option<Option<(usize, &Jws)>> {
    let signer = ledger.lines().get(index)?.jws()?.verify(Typ::Event).ok()?.signer;
    let of_desk = |event: &LedgerEvent| match &event.event {
        EventBody::DeskEnrolled { key, .. } => PublicKey::from_jwk(key).is_ok_and(|key| key == signer),
        _ => false,
    };
    let Some(at) = ledger.events().iter().take(index).position(of_desk) else { return Some(None) };
    Some(Some((at, ledger.lines().get(at)?.jws()?)))
}

/// The changes of the key behind a line, from 0, which lead from the key that signed it to the one in force.
fn key_changes_since(ledger: &Ledger, index: usize) -> &[KeyChange] {
    let is_change = |event: &&LedgerEvent| matches!(event.event, EventBody::KeyChanged { .. });
    let before = ledger.events().iter().take(index).filter(is_change).count();
    ledger.key_changes().get(before..).unwrap_or_default()
}

/// A proof whose checkpoint is still to be signed.
pub struct UnsignedProof {
    path: String,
    note: String,
    key: PublicKey,
}

impl UnsignedProof {
    /// The bytes to sign with ECDSA over SHA-256.
    pub fn signing_input(&self) -> &[u8] {
        self.note.as_bytes()
    }

    /// The proof with a signature r ‖ s; `None` if it is not by that key.
    pub fn attach(self, signature: &[u8]) -> Option<String> {
        let Self { path, note, key } = self;
        let der = to_der(signature).filter(|der| key.verifies_note(note.as_bytes(), der))?;
        let signature = BASE64.encode(&[&key.spki_sha256()[..4], &der].concat());
        Some(format!("{path}\n{note}\n— {} {signature}\n", origin(&key)))
    }
}

/// Of a line that a union brought and that counts, what it says where it comes from: requests have their numbers of
/// there (§10.12).
fn brought(event: &LedgerEvent) -> Result<Option<LedgerEvent>, ProofError> {
    let EventBody::Brought(brought) = &event.event else { return Ok(None) };
    let there: LedgerEvent = brought.line.verify(Typ::Event)?.parse()?;
    let (by, at, kept) = (event.actor.clone(), event.at, None);
    let from = BroughtFrom { prev: there.prev, by, at, kept };
    Ok(brought.counts.then_some(LedgerEvent { brought: Some(from), ..there }))
}

/// The desk whose key signed this event, and the office's key by which it was enrolled (§10.11).
fn enrolment(line: &Jws, event: &LedgerEvent, signer: &PublicKey) -> Option<(String, PublicKey)> {
    let verified = line.verify(Typ::Event).ok()?;
    let EventBody::DeskEnrolled { key, name } = verified.parse::<LedgerEvent>().ok()?.event else {
        return None;
    };
    let is_it = PublicKey::from_jwk(&key).is_ok_and(|key| key == *signer) && !event.event.is_of_office();
    is_it.then_some((name, verified.signer))
}

/// The key to which that of a line led (§6.7).
fn key_in_force(changes: &[Jws], of_line: PublicKey) -> Result<(PublicKey, KeyHistory), ProofError> {
    let Some(last) = changes.last() else { return Ok((of_line, KeyHistory::default())) };
    let now = KeyChange::verify(last)?.to;
    let history = KeyHistory::verify(changes, &now);
    let begins = |history: &KeyHistory| history.changes().first().is_some_and(|first| first.from == of_line);
    history.filter(begins).map(|history| (now, history)).ok_or(ProofError::Checkpoint)
}

/// Lines and root of a checkpoint that this key signed.
fn checkpoint(note: &str, signer: &PublicKey) -> Result<(u64, [u8; 32]), ProofError> {
    let form = ProofError::Form;
    let (text, signatures) = note.split_once("\n\n").ok_or(form("no signature"))?;
    let parts: Vec<&str> = text.split('\n').collect();
    let [name, size, root] = parts.as_slice() else { return Err(form("checkpoint")) };
    let size = number(size).ok_or(form("size"))?;
    let root = decode(root).and_then(|root| root.try_into().ok()).ok_or(form("root"))?;
    let ours = format!("— {} ", origin(signer));
    let mut signed = signatures.split('\n').filter_map(|line| decode(line.strip_prefix(&ours)?));
    let id = signer.spki_sha256();
    let is_good = |bytes: Vec<u8>| match bytes.split_at_checked(4) {
        Some((key, signature)) => {
            key == &id[..4] && signer.verifies_note(format!("{text}\n").as_bytes(), signature)
        }
        None => false,
    };
    // Others may have signed it too; theirs say nothing here.
    if *name == origin(signer) && signed.any(is_good) {
        Ok((size, root))
    } else {
        Err(ProofError::Checkpoint)
    }
}

/// The name of an office's ledger, and of its key in checkpoints.
fn origin(key: &PublicKey) -> String {
    format!("fuin-ledger/{}", key.thumbprint())
}

fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.as_bytes()).ok()
}

/// A number in decimal, without leading zeros.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    sha256(&[&[1], left.as_slice(), right].concat())
}

/// The largest power of two below a number of leaves, which is 2 or more.
fn split(leaves: usize) -> usize {
    1 << (leaves - 1).ilog2()
}

/// MTH of RFC 6962 §2.1.
fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => sha256(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

/// PATH of RFC 6962 §2.1.1, from the leaf's sibling on.
fn path(leaves: &[[u8; 32]], index: usize) -> Vec<[u8; 32]> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let at = split(leaves.len());
    let (left, right) = leaves.split_at(at);
    let (mut below, beside) =
        if index < at { (path(left, index), root(right)) } else { (path(right, index - at), root(left)) };
    below.push(beside);
    below
}

/// The root that a leaf and its path give (RFC 9162 §2.1.3.2); `None` if the path has another length.
fn root_of(leaf: [u8; 32], index: u64, leaves: u64, path: &[[u8; 32]]) -> Option<[u8; 32]> {
    let (mut place, mut last) = (index, leaves.checked_sub(1).filter(|last| index <= *last)?);
    let mut hash = leaf;
    for beside in path {
        if last == 0 {
            return None;
        }
        if place & 1 == 1 || place == last {
            hash = node(beside, &hash);
            // A leaf without a sibling on its level moves up alone.
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_of_every_tree_has_its_path_and_no_other() {
        for size in 1..=33_usize {
            let leaves: Vec<[u8; 32]> =
                (0..size).map(|n| LedgerLine::Whole(Jws::new(&n.to_string())).leaf()).collect();
            let whole = root(&leaves);
            for (index, leaf) in leaves.iter().enumerate() {
                let way = path(&leaves, index);
                let found = |index: usize, size: usize, way: &[[u8; 32]]| {
                    root_of(*leaf, index as u64, size as u64, way)
                };
                assert_eq!(found(index, size, &way), Some(whole), "{index} of {size}");
                if size > 1 {
                    assert_ne!(found((index + 1) % size, size, &way), Some(whole), "{index} of {size}");
                    assert_eq!(found(index, size, &way[1..]).filter(|root| *root == whole), None);
                }
                assert_eq!(found(index, size, &[way.as_slice(), &[whole]].concat()), None);
            }
        }
        // RFC 6962 §2.1: the root of nothing.
        assert_eq!(root(&[]), sha256(b""));
    }
}
