//! A desk that speaks HTTP/1.1 with a server of its own process, a connection for each question.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops at the first surprise")]

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// Until a server that does not answer counts as gone.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Wire {
    pub address: SocketAddr,
    pub cookie: String,
}

impl Wire {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookie: String::new() }
    }

    /// Status and JSON of the answer; an error where there is none, or none that is whole.
    pub fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> io::Result<(u16, Value)> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let asked = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nx-fuin: 1\r\ncookie: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            self.cookie,
            body.len()
        );
        stream.write_all(asked.as_bytes())?;
        let mut got = Vec::new();
        stream.read_to_end(&mut got)?;
        let text = String::from_utf8_lossy(&got).into_owned();
        let cut_off = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let (head, said) = text.split_once("\r\n\r\n").ok_or_else(cut_off)?;
        let field = |name: &str| {
            head.lines().find_map(|line| line.to_lowercase().strip_prefix(name).map(str::to_owned))
        };
        let length: usize =
            field("content-length: ").and_then(|length| length.parse().ok()).ok_or_else(cut_off)?;
        if said.len() < length {
            return Err(cut_off());
        }
        if let Some(at) = head.find("fuin-session=") {
            self.cookie = head[at..].split(';').next().unwrap().to_owned();
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut_off)?;
        Ok((status, serde_json::from_str(said).unwrap_or(Value::Null)))
    }
}
