//! The window against tracks made by hand: what is shown when pictures come, come late, come out of order, or
//! do not come.

use fuin_core::{Codec, Decodable, MediaError, PictureKind, Pictures, Pieces, Sample, Turn, VideoTrack};

use super::{Failed, Fed, Feed, Pace, Place, Settled, Window};

/// A track of `count` pictures, ten a second, in groups of `group`.
fn pictures(count: usize, group: usize) -> Pictures {
    let sample = |n: usize| Sample {
        offset: n as u64,
        size: 1,
        pts: n as i64,
        duration: 1,
        configuration: 0,
        is_sync: n.is_multiple_of(group),
        pieces: Pieces::default(),
        is_missing: false,
    };
    Pictures::new(VideoTrack {
        configurations: vec![Codec {
            name: "vp09.00.10.08".into(),
            description: Vec::new(),
            start_codes: false,
            width: 16,
            height: 16,
            pixel_aspect: (1, 1),
            interlaced: false,
            colour: None,
        }],
        timescale: 10,
        turn: Turn::default(),
        samples: (0..count).map(sample).collect(),
        runs: Vec::new(),
        missing: 0,
        left_out: 0,
        edit_start: 0,
        has_cuts: false,
    })
}

fn prepared(pictures: &Pictures, index: usize) -> Result<Option<Decodable>, MediaError> {
    pictures.track().codec().prepare(vec![0], pictures.track().samples[index].is_sync)
}

/// Feeds what the window asks for, once; gives the numbers that a decoder would get.
fn feed(window: &mut Window<()>, pictures: &Pictures) -> Vec<usize> {
    let Feed::Read { first, count } = window.next_to_feed(pictures, false) else { return Vec::new() };
    let mut given = Vec::new();
    for index in first..first + count {
        match window.take_sample(pictures, index, prepared(pictures, index), 2) {
            Fed::Decode { number, .. } => given.push(number),
            Fed::Skip => {}
            Fed::Earlier { .. } => break,
        }
    }
    window.stop_reading();
    given
}

/// A window that stands at picture 0, running, with the pictures of `came` decoded.
fn running(pictures: &Pictures, came: &[usize]) -> Window<()> {
    let mut window = Window::default();
    window.set_running(true, false);
    window.restart(0, 0);
    feed(&mut window, pictures);
    assert!(window.came(pictures, 0, ()));
    assert_eq!(window.settle(pictures), Settled::Show(0));
    for &number in came {
        assert!(window.came(pictures, number, ()), "{number}");
    }
    window
}

#[test]
fn the_picture_asked_for_is_shown_when_it_comes() {
    let pictures = pictures(30, 10);
    let mut window = Window::default();
    window.restart(10, 12);
    assert_eq!(window.settle(&pictures), Settled::Waiting);
    assert_eq!(feed(&mut window, &pictures)[..3], [10, 11, 12]);
    assert!(window.came(&pictures, 10, ()));
    assert_eq!(window.settle(&pictures), Settled::Waiting);
    assert!(window.came(&pictures, 12, ()));
    assert_eq!(window.settle(&pictures), Settled::Show(12));
    assert_eq!((window.at.shown(), window.at.stands_in(), window.at.here()), (Some(12), None, 12));
    assert!(!window.came(&pictures, 5, ()), "a picture that was not asked for is not taken");
}

#[test]
fn a_picture_that_does_not_come_is_stood_in_for_by_the_one_before() {
    let pictures = pictures(30, 10);
    let mut window = Window::default();
    window.restart(10, 12);
    feed(&mut window, &pictures);
    assert!(window.came(&pictures, 10, ()) && window.came(&pictures, 11, ()));
    window.done_with(12);
    assert_eq!(window.settle(&pictures), Settled::Show(11));
    assert_eq!((window.at.current(), window.at.stands_in(), window.lost_count()), (Some(12), Some(11), 1));
}

#[test]
fn a_group_without_any_picture_leads_to_the_group_before() {
    let pictures = pictures(20, 10);
    let mut window = Window::<()>::default();
    window.restart(10, 15);
    feed(&mut window, &pictures);
    window.all_came();
    assert_eq!(window.settle(&pictures), Settled::Earlier { start: 0, target: 15 });
    window.restart(0, 15);
    feed(&mut window, &pictures);
    window.all_came();
    assert_eq!(window.settle(&pictures), Settled::Nothing);
    assert!(!window.at.is_settling());
}

#[test]
fn running_shows_the_latest_that_is_due_and_counts_what_it_passes_over() {
    let pictures = pictures(30, 10);
    let mut window = running(&pictures, &[1, 2, 3]);
    assert_eq!(window.pace(&pictures), Pace::NextDue(100_000));
    assert_eq!(window.advance(&pictures, 99_999), None);
    assert_eq!(window.advance(&pictures, 100_000), Some(1));
    assert_eq!(window.advance(&pictures, 300_000), Some(3));
    assert_eq!(window.at.passed_over(), 1);
    assert_eq!(window.pace(&pictures), Pace::Starving(400_000));
}

#[test]
fn a_picture_on_its_way_is_waited_for_while_few_later_ones_are_here() {
    let pictures = pictures(30, 10);
    let mut window = running(&pictures, &[2, 3]);
    assert_eq!(window.advance(&pictures, 300_000), None, "picture 1 is on its way");
    assert_eq!(window.pace(&pictures), Pace::Starving(100_000));
    for later in 4..8 {
        assert!(window.came(&pictures, later, ()));
    }
    assert_eq!(window.advance(&pictures, 300_000), Some(3), "with many later ones here it is given up");
}

#[test]
fn a_torn_sample_costs_everything_up_to_the_next_key_picture() {
    let pictures = pictures(30, 10);
    let mut window = running(&pictures, &[]);
    let torn = || Err(MediaError::Malformed("a picture's lengths do not add up"));
    let mut taken = Vec::new();
    window.restart(0, 0);
    for index in 0..=10 {
        let sample = if index == 4 { torn() } else { prepared(&pictures, index) };
        if let Fed::Decode { number, .. } = window.take_sample(&pictures, index, sample, 2) {
            taken.push(number);
        }
    }
    assert_eq!(taken, [0, 1, 2, 3, 10]);
    assert_eq!(window.lost_count(), 6);
}

#[test]
fn a_sync_sample_without_a_key_picture_sends_decoding_to_the_one_before() {
    let pictures = pictures(30, 10);
    let mut window = Window::<()>::default();
    window.restart(20, 22);
    let no_key = Ok(Some(Decodable {
        data: vec![0],
        kind: PictureKind::Predicted,
        skipped_at_start: false,
        discardable: false,
    }));
    assert_eq!(window.take_sample(&pictures, 20, no_key, 2), Fed::Earlier { start: 10, target: 22 });
}

#[test]
fn a_decoder_that_fails_costs_one_group_and_then_the_next_is_tried() {
    let pictures = pictures(30, 10);
    let mut window = running(&pictures, &[]);
    assert!(window.is_decoding());
    // Samples of two groups were given: the first group is tried alone.
    assert_eq!(window.fail(&pictures), Failed::TryAgain);
    let again = feed(&mut window, &pictures);
    assert_eq!((again.first(), again.last()), (Some(&0), Some(&9)));
    // It fails alone as well: the group is lost but for what had come, and the next one goes on.
    assert_eq!(window.fail(&pictures), Failed::TryAgain);
    assert_eq!(window.lost_count(), 9);
    assert_eq!(feed(&mut window, &pictures).first(), Some(&10));
    for _ in 0..4 {
        window.fail(&pictures);
    }
    assert_eq!(window.fail(&pictures), Failed::Hopeless);
}

#[test]
fn only_key_pictures_are_fed_when_only_they_are_wanted() {
    let pictures = pictures(40, 10);
    let mut window = running(&pictures, &[]);
    assert!(window.set_running(true, true), "the way of feeding changes");
    window.restart(0, 0);
    feed(&mut window, &pictures);
    assert!(window.came(&pictures, 0, ()));
    assert_eq!(window.settle(&pictures), Settled::Show(0));
    window.stop_reading();
    window.advance(&pictures, 1_500_000);
    let keys: Vec<_> = (0..2).flat_map(|_| feed(&mut window, &pictures)).collect();
    assert!(keys.iter().all(|key| key % 10 == 0), "{keys:?}");
}

#[test]
fn what_nobody_sees_on_the_way_to_a_far_picture_is_not_kept() {
    let pictures = pictures(40, 40);
    let mut window = Window::default();
    window.restart(0, 20);
    let places = [17, 18, 20, 21].map(|number| window.at.place(number, 2));
    assert_eq!(
        places,
        [Place::Passing, Place::Before, Place::There, Place::Behind],
        "two before it are kept"
    );
    for number in feed(&mut window, &pictures) {
        if window.at.place(number, 2) == Place::Passing {
            assert!(window.passed(&pictures, number), "it counts as come");
            assert!(window.picture(number).is_none(), "{number}");
        } else {
            assert!(window.came(&pictures, number, ()));
        }
        window.stop_reading();
    }
    for number in feed(&mut window, &pictures) {
        window.came(&pictures, number, ());
    }
    assert_eq!(window.settle(&pictures), Settled::Show(20));
    assert_eq!(window.at.place(0, 2), Place::Behind, "nothing is asked for any more");
    assert_eq!(window.lost_count(), 0);
}

#[test]
fn stepping_back_needs_no_restart_while_the_picture_is_kept() {
    let pictures = pictures(30, 10);
    let mut window = running(&pictures, &[1, 2, 3, 4]);
    window.advance(&pictures, 400_000);
    window.trim(2);
    assert!(window.reach(&pictures, 3, 2, true), "kept");
    assert_eq!(window.settle(&pictures), Settled::Show(3));
    assert!(!window.reach(&pictures, 1, 2, true), "trimmed");
    assert!(window.reach(&pictures, 12, 2, true), "further on");
    assert!(!window.reach(&pictures, 5, 2, true), "what lies before a far picture may have holes");
}
