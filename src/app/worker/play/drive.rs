//! Moves a camera: to one picture, or along with the time of the clip.
//!
//! Entry points: [`go_to`] shows one picture, [`advance`] whatever is due at a time. Absent: time itself (`timeline`).

use fuin_model::Pace;

use super::{
    camera::Camera,
    feed::{feed, pump, restart},
};
use crate::fault::Fault;

/// Goes to one picture and shows it as soon as it is there.
pub fn go_to(camera: &Camera, picture: usize) -> Result<(), Fault> {
    let pictures = &camera.pictures;
    let picture = picture.min(pictures.count() - 1);
    let has_decoder = camera.decoder.borrow().is_some();
    if camera.window.borrow_mut().reach(pictures, picture, camera.behind(), has_decoder) {
        pump(camera);
        return Ok(());
    }
    restart(camera, pictures.start_for(pictures.sample_of(picture)), picture)
}

/// Says whether pictures are wanted one after the other, and which.
pub fn run(camera: &Camera, running: bool, keys_only: bool) -> Result<(), Fault> {
    let (changed, here) = {
        let mut window = camera.window.borrow_mut();
        let changed = window.set_running(running, keys_only);
        if window.at.is_hidden() && !window.at.is_settling() {
            // There is no picture of it at this time. When it comes into sight, it begins anew.
            window.clear();
            drop(window);
            camera.decoder.borrow_mut().take();
            return Ok(());
        }
        (changed, window.at.here())
    };
    let has_decoder = camera.decoder.borrow().is_some();
    if changed || (running && !has_decoder) {
        // Between the two ways of feeding, the decoder has to begin anew; for the first picture alone there was none.
        let start = camera.pictures.start_for(camera.pictures.sample_of(here));
        restart(camera, start, here)?;
    }
    pump(camera);
    Ok(())
}

/// Shows the latest picture that is due at a time of the clip.
pub fn advance(camera: &Camera, micros: i64) -> Pace {
    let due = camera.window.borrow_mut().advance(&camera.pictures, micros);
    if let Some(picture) = due {
        camera.present(picture);
    }
    let pace = camera.window.borrow().pace(&camera.pictures);
    feed(camera);
    pace
}
