//! The forensic mark is read from what people do to pictures, and never where it is not (record 39).

use fuin_core::{ForensicMark, MarkLayout, NoSession, Secret32, SessionId, Turn};
use fuin_trace::{Found, Laid, Plane, Traced, without_frames};

const SIZE: (usize, usize) = (640, 480);
const KEYS: u8 = 20;

/// A picture in lightness.
#[derive(Clone)]
struct Picture {
    width: usize,
    height: usize,
    luma: Vec<u8>,
}

/// Numbers that look random and are always the same.
fn noise(seed: u32, x: i64, y: i64) -> f64 {
    let mixed = (x as u32)
        .wrapping_mul(0x9e37_79b1)
        .wrapping_add((y as u32).wrapping_mul(0x85eb_ca77))
        .wrapping_add(seed.wrapping_mul(0xc2b2_ae3d));
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
    let mixed = (mixed ^ (mixed >> 12)).wrapping_mul(0x297a_2d39);
    f64::from(mixed ^ (mixed >> 15)) / f64::from(u32::MAX) - 0.5
}

/// As smooth as `scale` pixels.
fn smooth(seed: u32, x: f64, y: f64, scale: f64) -> f64 {
    let (x, y) = (x / scale, y / scale);
    let (left, top) = (x.floor(), y.floor());
    let (along, down) = (x - left, y - top);
    let at = |dx: f64, dy: f64| noise(seed, (left + dx) as i64, (top + dy) as i64);
    let line = |dy: f64| at(0.0, dy) * (1.0 - along) + at(1.0, dy) * along;
    line(0.0) * (1.0 - down) + line(1.0) * down
}

impl Picture {
    fn new(width: usize, height: usize, light: impl Fn(usize, usize) -> f64) -> Self {
        let at = |n: usize| light(n % width, n / width).round().clamp(0.0, 255.0) as u8;
        Self { width, height, luma: (0..width * height).map(at).collect() }
    }

    /// Something like a street: large and small things, an edge, a sensor's noise.
    fn street(seed: u32) -> Self {
        Self::new(SIZE.0, SIZE.1, |x, y| {
            let (x, y) = (x as f64, y as f64);
            let things = 90.0 * smooth(seed, x, y, 90.0) + 50.0 * smooth(seed + 1, x, y, 23.0);
            let fine = 18.0 * smooth(seed + 2, x, y, 5.0) + 6.0 * noise(seed + 3, x as i64, y as i64);
            let edge = if x * 0.7 + y > 400.0 { 40.0 } else { 0.0 };
            105.0 + things + fine + edge
        })
    }

    fn marked(&self, key: u8, session: SessionId) -> Self {
        let mut marked = self.clone();
        let mark = ForensicMark::new(
            &layout(key),
            session,
            (self.width as u32, self.height as u32),
            Turn::default(),
        );
        mark.mark_luma(&mut marked.luma, self.width);
        marked
    }

    /// Lightness between pixels.
    fn at(&self, x: f64, y: f64) -> f64 {
        let inside = |n: f64, side: usize| (n.max(0.0) as usize).min(side - 1);
        let read = |x: f64, y: f64| {
            f64::from(self.luma[inside(y, self.height) * self.width + inside(x, self.width)])
        };
        let (left, top) = (x.floor(), y.floor());
        let (along, down) = (x - left, y - top);
        let line = |y: f64| read(left, y) * (1.0 - along) + read(left + 1.0, y) * along;
        line(top) * (1.0 - down) + line(top + 1.0) * down
    }

    fn cut(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        Self::new(width, height, |x, y| f64::from(self.luma[(y + top) * self.width + x + left]))
    }

    fn scaled(&self, by: f64) -> Self {
        self.stretched(by, by)
    }

    fn stretched(&self, across: f64, down: f64) -> Self {
        let side = |side: usize, by: f64| (side as f64 * by) as usize;
        Self::new(side(self.width, across), side(self.height, down), |x, y| {
            self.at((x as f64 + 0.5) / across - 0.5, (y as f64 + 0.5) / down - 0.5)
        })
    }

    fn turned(&self, degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (middle_x, middle_y) = (self.width as f64 / 2.0, self.height as f64 / 2.0);
        Self::new(self.width, self.height, |x, y| {
            let (x, y) = (x as f64 - middle_x, y as f64 - middle_y);
            self.at(x * cos - y * sin + middle_x, x * sin + y * cos + middle_y)
        })
    }

    fn noisy(&self, seed: u32, by: f64) -> Self {
        Self::new(self.width, self.height, |x, y| {
            f64::from(self.luma[y * self.width + x]) + 2.0 * by * noise(seed, x as i64, y as i64)
        })
    }

    fn plane(&self) -> Plane {
        Plane::new(self.width, self.height, &self.luma)
    }
}

fn layout(key: u8) -> MarkLayout {
    MarkLayout::new(&Secret32::new([key; 32]))
}

fn traced(pictures: &[Picture]) -> Vec<Found> {
    let keys: Vec<MarkLayout> = (0..KEYS).map(layout).collect();
    let planes: Vec<Plane> = pictures.iter().map(Picture::plane).collect();
    Traced::look(&planes)
        .and_then(|traced| traced.find(&keys, &mut |_| true))
        .map(|search| search.found)
        .unwrap_or_default()
}

/// What was read, by key.
fn sessions(pictures: &[Picture]) -> Vec<(usize, SessionId)> {
    traced(pictures).iter().filter_map(|found| Some((found.key, found.session?))).collect()
}

#[test]
fn a_mark_is_read_from_what_is_done_to_a_picture() -> Result<(), NoSession> {
    let session: SessionId = "K3Q7ABCD".parse()?;
    let marked = Picture::street(1).marked(7, session);
    let tried = [
        ("as it is", marked.clone()),
        ("a part", marked.cut(131, 77, 400, 300)),
        ("smaller", marked.scaled(0.75)),
        ("larger", marked.scaled(1.6)),
        ("turned", marked.turned(3.0)),
        ("noisy", marked.noisy(9, 6.0)),
        ("lower, and noisy", marked.stretched(1.0, 0.85).noisy(9, 25.0)),
        ("darker", Picture::new(SIZE.0, SIZE.1, |x, y| f64::from(marked.luma[y * SIZE.0 + x]) * 0.6)),
    ];
    for (what, picture) in tried {
        assert_eq!(sessions(&[picture]), [(7, session)], "{what}");
    }
    Ok(())
}

#[test]
fn several_pictures_say_together_what_each_does_not() -> Result<(), NoSession> {
    let session: SessionId = "00000ZZZ".parse()?;
    let marked = Picture::street(20).marked(3, session);
    let noisy: Vec<Picture> = (0..12).map(|n| marked.noisy(100 + n, 110.0)).collect();
    assert_eq!(sessions(&noisy[..1]), []);
    assert_eq!(sessions(&noisy), [(3, session)]);
    Ok(())
}

/// Two recipients who lay their copies over each other are both named.
#[test]
fn a_mean_of_two_copies_names_both() -> Result<(), NoSession> {
    let (one, other): (SessionId, SessionId) = ("AAAAAAAA".parse()?, "BBBBBBBB".parse()?);
    let plain = Picture::street(40);
    let (a, b) = (plain.marked(4, one), plain.marked(11, other));
    let mean = Picture::new(SIZE.0, SIZE.1, |x, y| {
        let at = y * SIZE.0 + x;
        (f64::from(a.luma[at]) + f64::from(b.luma[at])) / 2.0
    });
    let mut named = sessions(&[mean]);
    named.sort();
    assert_eq!(named, [(4, one), (11, other)]);
    Ok(())
}

#[test]
fn nothing_is_found_where_nothing_is() -> Result<(), NoSession> {
    let session: SessionId = "K3Q7ABCD".parse()?;
    for seed in 0..6 {
        let plain = Picture::street(1000 + 10 * seed);
        assert_eq!(sessions(std::slice::from_ref(&plain)), []);
        // That of a key which is not among ours.
        assert_eq!(sessions(&[plain.marked(KEYS + 1, session)]), []);
    }
    for light in [0.0, 128.0, 255.0] {
        assert_eq!(sessions(&[Picture::new(SIZE.0, SIZE.1, |_, _| light)]), []);
    }
    assert_eq!(
        Traced::look(&[Plane::new(0, 7, &[])])
            .and_then(|traced| traced.find(&[layout(1)], &mut |_| true))
            .map(|search| search.found.len()),
        Some(0)
    );
    for (width, height) in [(1, 1), (3, 500), (40, 30)] {
        assert_eq!(sessions(&[Picture::new(width, height, |x, y| (x * y % 256) as f64)]), []);
    }
    Ok(())
}

/// What the original says: how alike they are, and the sessions that are read with it.
fn with_original(picture: &Picture, original: &Picture) -> (Option<f32>, Vec<(usize, SessionId)>) {
    let keys: Vec<MarkLayout> = (0..KEYS).map(layout).collect();
    let (picture, frame) = (picture.plane(), original.plane());
    let alone =
        Traced::look(std::slice::from_ref(&picture)).and_then(|traced| traced.find(&keys, &mut |_| true));
    let marks = alone.map(|search| search.found).unwrap_or_default();
    let Some(laid) = Laid::on(&picture, &frame, &marks) else { return (None, Vec::new()) };
    let found = without_frames(&[(&laid, &frame)]).and_then(|traced| traced.find(&keys, &mut |_| true));
    let found = found.map(|search| search.found).unwrap_or_default();
    let read = found.iter().filter_map(|found| Some((found.key, found.session?))).collect();
    (laid.likeness(&frame, &[]).map(|(share, _)| share), read)
}

/// Squares with hard edges, on a grid.
fn squares() -> Picture {
    Picture::new(SIZE.0, SIZE.1, |x, y| {
        let field = noise(5, (x / 12) as i64, (y / 12) as i64) > 0.0;
        let grid = x % 12 == 0 || y % 12 == 0;
        if grid {
            20.0
        } else if field {
            230.0
        } else {
            60.0
        }
    })
}

/// A mark counts beside hard edges as well, also where they repeat.
#[test]
fn hard_edges_hide_no_mark() -> Result<(), NoSession> {
    let session: SessionId = "K3Q7ABCD".parse()?;
    let marked = squares().marked(9, session).noisy(3, 4.0);
    assert_eq!(sessions(std::slice::from_ref(&marked)), [(9, session)]);
    assert_eq!(sessions(&[squares().noisy(3, 4.0)]), []);
    Ok(())
}

/// Where no pixel is like the next, nothing can be seen of a mark; with the original taken away it can.
#[test]
fn with_the_original_a_mark_is_read_that_a_picture_alone_does_not_show() -> Result<(), NoSession> {
    let session: SessionId = "K3Q7ABCD".parse()?;
    let plain = Picture::new(SIZE.0, SIZE.1, |x, y| 128.0 + 240.0 * noise(5, (x / 2) as i64, (y / 2) as i64));
    let marked = plain.marked(9, session).noisy(3, 4.0);
    assert_eq!(sessions(std::slice::from_ref(&marked)), []);
    for (what, picture) in [("whole", marked.clone()), ("a part", marked.cut(120, 90, 420, 330))] {
        let (alike, read) = with_original(&picture, &plain);
        assert_eq!(read, [(9, session)], "{what}");
        assert!(alike.is_some_and(|share| share > 0.6), "{what}: {alike:?}");
    }
    Ok(())
}

/// A picture is laid over its frame by the mark in it, however it was cut, scaled and turned.
#[test]
fn a_picture_of_the_clip_is_known_by_its_original() -> Result<(), NoSession> {
    let session: SessionId = "K3Q7ABCD".parse()?;
    let plain = Picture::street(60);
    let marked = plain.marked(2, session);
    let tried = [
        ("as it is", marked.clone()),
        ("a part, larger", marked.cut(100, 60, 420, 330).scaled(1.3)),
        ("turned", marked.turned(4.0)),
        ("noisy", marked.noisy(9, 8.0)),
    ];
    for (what, picture) in tried {
        let (alike, read) = with_original(&picture, &plain);
        assert_eq!(read, [(2, session)], "{what}");
        assert!(alike.is_some_and(|share| share > 0.8), "{what}: {alike:?}");
    }
    Ok(())
}

/// Whoever takes the mark out of somebody's picture and puts it into another one accuses nobody.
#[test]
fn a_mark_that_was_pasted_into_another_picture_is_known_as_such() -> Result<(), NoSession> {
    let session: SessionId = "K3Q7ABCD".parse()?;
    for seed in 0..4 {
        let (plain, other) = (Picture::street(70 + 10 * seed), Picture::street(500 + 10 * seed));
        let marked = plain.marked(6, session);
        // The best that a forger can do: the mark itself, without an error.
        let pasted = Picture::new(SIZE.0, SIZE.1, |x, y| {
            let at = y * SIZE.0 + x;
            // Upside down: all streets have the same edge, and another scene has another one.
            let there = (SIZE.1 - 1 - y) * SIZE.0 + x;
            f64::from(other.luma[there]) + f64::from(marked.luma[at]) - f64::from(plain.luma[at])
        });
        assert_eq!(sessions(std::slice::from_ref(&pasted)), [(6, session)]);
        let (alike, _) = with_original(&pasted, &plain);
        assert!(alike.is_some_and(|share| share < 0.4), "{alike:?}");
    }
    Ok(())
}
