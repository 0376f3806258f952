//! Marks pictures and looks for marks, for `tests/bench/marks`: pictures in and out as 4:2:0 or grey Y4M.
//!
//! `watermark mark KEY SESSION < in.y4m > out.y4m`; `watermark trace KEYS < in.y4m` tries so many keys, numbered from
//! 0, and prints a line for each that stands out: number, deviations, and the session or `-`. `watermark informed KEYS
//! ORIGINAL.y4m < in.y4m` does it with the frames of the original, and says first how alike they are, in how many blocks.
//! `watermark foreign COUNT KEYS SEED < in.y4m` counts sessions read from so many pictures without these marks.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

use std::io::{self, Read as _, Write as _};

use fuin_core::{ForensicMark, MarkLayout, Secret32, SessionId, Turn, sha256};
use fuin_trace::{Laid, Plane, Traced, without_frames};

type Fault = Box<dyn std::error::Error>;

fn key(n: usize) -> Secret32 {
    Secret32::new(sha256(format!("mark key {n}").as_bytes()))
}

struct Clip {
    head: Vec<u8>,
    size: (u32, u32),
    frames: Vec<Vec<u8>>,
}

fn standard_input() -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn planes(clip: &Clip) -> Vec<Plane> {
    clip.frames.iter().map(|frame| Plane::new(clip.size.0 as usize, clip.size.1 as usize, frame)).collect()
}

fn keys(count: &str) -> Result<Vec<MarkLayout>, Fault> {
    Ok((0..count.parse()?).map(|n| MarkLayout::new(&key(n))).collect())
}

fn say(traced: &Traced, keys: &[MarkLayout]) {
    for found in traced.find(keys, &mut |_| true).into_iter().flat_map(|search| search.found) {
        let session = found.session.map_or("-".to_owned(), |session| session.to_string());
        println!("{} {:.2} {session}", found.key, found.deviations);
    }
}

/// As `fuin trace --clip` does, with every frame of the original.
fn informed(pictures: &[Plane], frames: &[Plane], keys: &[MarkLayout]) -> Result<(), Fault> {
    let alone =
        Traced::look(pictures).and_then(|traced| traced.find(keys, &mut |_| true)).ok_or("no picture")?;
    let nearest = |picture: &Plane| {
        let laid = Laid::on(picture, frames.first()?, &alone.found)?;
        let frame = frames.iter().max_by(|a, b| laid.closeness(a).total_cmp(&laid.closeness(b)))?;
        Some((laid, frame))
    };
    let all: Vec<_> = pictures.iter().take(4).filter_map(nearest).collect();
    let alike = all.first().and_then(|(first, frame)| first.likeness(frame, &frames[frames.len() - 1..]));
    match alike {
        Some((share, blocks)) => println!("alike {share:.3} {blocks}"),
        None => println!("alike - 0"),
    }
    let pairs: Vec<_> = all.iter().map(|(laid, frame)| (laid, *frame)).collect();
    if let Some(left) = without_frames(&pairs) {
        say(&left, keys);
    }
    Ok(())
}

/// How many sessions are read from so many parts of unmarked pictures, every second of which bears a mark of somebody
/// else.
fn foreign(clip: &Clip, count: u64, keys: &[MarkLayout], seed: u64) -> Result<usize, Fault> {
    let (width, height) = (clip.size.0 as usize, clip.size.1 as usize);
    let mut read = 0;
    for n in 0..count {
        let drawn = sha256(format!("{seed} {n}").as_bytes());
        let part =
            |at: usize, of: usize| usize::from(u16::from_be_bytes([drawn[at], drawn[at + 1]])) % of.max(1);
        let frame = &clip.frames[part(0, clip.frames.len())];
        let (wide, high) = (320 + part(2, width - 319), 240 + part(4, height - 239));
        // Small ones are as good as large ones here, and quicker.
        let (wide, high) = (wide.min(480), high.min(360));
        let (left, top) = (part(6, width - wide + 1), part(8, height - high + 1));
        let (gain, lift) = (0.6 + part(10, 100) as f32 / 125.0, part(12, 40) as f32 - 20.0);
        let line = |y: usize| &frame[(top + y) * width + left..][..wide];
        let toned = |value: &u8| (f32::from(*value) * gain + lift).clamp(0.0, 255.0) as u8;
        let mut luma: Vec<u8> = (0..high).flat_map(|y| line(y).iter().map(toned)).collect();
        if n % 2 == 1 {
            let other = MarkLayout::new(&Secret32::new(drawn));
            let mark =
                ForensicMark::new(&other, "K3Q7ABCD".parse()?, (wide as u32, high as u32), Turn::default());
            mark.mark_luma(&mut luma, wide);
        }
        let found = Traced::look(&[Plane::new(wide, high, &luma)])
            .and_then(|traced| traced.find(keys, &mut |_| true));
        read += found.iter().flat_map(|search| &search.found).filter(|found| found.session.is_some()).count();
    }
    Ok(read)
}

fn read(bytes: &[u8]) -> Result<Clip, Fault> {
    let end = bytes.iter().position(|b| *b == b'\n').ok_or("no head")?;
    let head = String::from_utf8(bytes[..end].to_vec())?;
    let side = |letter: char| {
        let field = head.split(' ').skip(1).find(|field| field.starts_with(letter));
        field.and_then(|field| field[1..].parse::<u32>().ok()).ok_or("no size")
    };
    let size = (side('W')?, side('H')?);
    let luma = size.0 as usize * size.1 as usize;
    let chroma = (size.0 as usize).div_ceil(2) * (size.1 as usize).div_ceil(2) * 2;
    let frame = if head.contains("Cmono") { luma } else { luma + chroma };
    let mut frames = Vec::new();
    let mut at = end + 1;
    while let Some(rest) = bytes.get(at..) {
        let Some(begin) = rest.iter().position(|b| *b == b'\n') else { break };
        at += begin + 1;
        frames.push(bytes.get(at..at + frame).ok_or("a frame is cut off")?.to_vec());
        at += frame;
    }
    Ok(Clip { head: bytes[..=end].to_vec(), size, frames })
}

fn main() -> Result<(), Fault> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut clip = read(&standard_input()?)?;
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["mark", n, session] => {
            let session: SessionId = session.parse()?;
            let mark =
                ForensicMark::new(&MarkLayout::new(&key(n.parse()?)), session, clip.size, Turn::default());
            let begun = std::time::Instant::now();
            for frame in &mut clip.frames {
                mark.mark_luma(frame, clip.size.0 as usize);
            }
            eprintln!("{:.2} ms a frame", begun.elapsed().as_secs_f64() * 1e3 / clip.frames.len() as f64);
            let mut out = io::stdout().lock();
            out.write_all(&clip.head)?;
            for frame in &clip.frames {
                out.write_all(b"FRAME\n")?;
                out.write_all(frame)?;
            }
        }
        ["trace", count] => {
            let keys = keys(count)?;
            let begun = std::time::Instant::now();
            let traced = Traced::look(&planes(&clip)).ok_or("no picture")?;
            say(&traced, &keys);
            eprintln!("{:?}", begun.elapsed());
        }
        ["informed", count, original] => {
            let original = read(&std::fs::read(original)?)?;
            informed(&planes(&clip), &planes(&original), &keys(count)?)?;
        }
        ["foreign", count, known, seed] => {
            println!("{}", foreign(&clip, count.parse()?, &keys(known)?, seed.parse()?)?);
        }
        _ => return Err("usage: watermark mark KEY SESSION | trace KEYS | informed KEYS ORIGINAL | foreign COUNT KEYS SEED".into()),
    }
    Ok(())
}
