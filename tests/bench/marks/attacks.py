"""What is done to a marked picture, or to several of a clip, before the mark is looked for."""
import subprocess
from typing import Callable, NamedTuple

import cv2
import numpy as np

from pictures import read, to_bgr, to_i420, write


class Attack(NamedTuple):
    """`do` takes the pictures; `place` says where it moves the points of a picture of a size, as a matrix."""
    do: Callable
    place: Callable | None = None

    def undone(self, seen, size, rng):
        """What is seen, laid where it was, as a person would who knows all about the attack."""
        back = np.linalg.inv(self.place(size, rng))
        return cv2.warpPerspective(seen, back, size, flags=cv2.INTER_CUBIC)


def size_of(picture):
    return picture.shape[1], picture.shape[0]


def jpeg(quality):
    def attack(pictures, rng):
        _, coded = cv2.imencode(".jpg", pictures[0], [cv2.IMWRITE_JPEG_QUALITY, quality])
        return [cv2.imdecode(coded, cv2.IMREAD_COLOR)]
    return attack


def scale(by):
    def place(size, rng):
        # The middle of the first pixel is half a pixel from the edge.
        return np.array([[by, 0, by / 2 - 0.5], [0, by, by / 2 - 0.5], [0, 0, 1]])

    def attack(pictures, rng):
        how = cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC
        return [cv2.resize(pictures[0], None, fx=by, fy=by, interpolation=how)]
    return Attack(attack, place)


def crop(area, quality=None):
    def part(size, rng):
        width, height = size
        h, w = int(height * area ** 0.5), int(width * area ** 0.5)
        top, left = rng.integers(0, height - h + 1), rng.integers(0, width - w + 1)
        return top, left, h, w

    def place(size, rng):
        top, left, _, _ = part(size, rng)
        return np.array([[1.0, 0, -left], [0, 1, -top], [0, 0, 1]])

    def attack(pictures, rng):
        top, left, h, w = part(size_of(pictures[0]), rng)
        cut = pictures[0][top:top + h, left:left + w].copy()
        return jpeg(quality)([cut], rng) if quality else [cut]
    return Attack(attack, place)


def rotate(degrees):
    def place(size, rng):
        width, height = size
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees * rng.choice([-1, 1]), 1)
        return np.vstack([turn, [0, 0, 1]])

    def attack(pictures, rng):
        size = size_of(pictures[0])
        return [cv2.warpPerspective(pictures[0], place(size, rng), size, flags=cv2.INTER_CUBIC)]
    return Attack(attack, place)


def gamma(by):
    def attack(pictures, rng):
        table = (255 * (np.arange(256) / 255) ** by).round().astype(np.uint8)
        return [cv2.LUT(pictures[0], table)]
    return attack


def blur(sigma):
    return lambda pictures, rng: [cv2.GaussianBlur(pictures[0], (0, 0), sigma)]


def noise(sigma):
    def attack(pictures, rng):
        noisy = pictures[0] + rng.normal(0, sigma, pictures[0].shape)
        return [noisy.clip(0, 255).astype(np.uint8)]
    return attack


def overlay(pictures, rng):
    """Words all over the picture, as the visible mark has them."""
    picture = pictures[0].copy()
    height, width = picture.shape[:2]
    words = picture.copy()
    for top in range(height // 9, height, height // 6):
        for left in range(0, width, width // 4):
            for n, line in enumerate(("R8-0001-7K3Q", "2026-11-29 10:00")):
                at = (left + int(rng.integers(0, 9)), top + n * height // 30)
                cv2.putText(words, line, at, cv2.FONT_HERSHEY_SIMPLEX, height / 1100, (255, 255, 255), 1, cv2.LINE_AA)
    return [cv2.addWeighted(words, 0.3, picture, 0.7, 0)]


def mean(frames):
    """The mean of several pictures of one session."""
    return lambda pictures, rng: [np.mean(pictures[:frames], 0).round().astype(np.uint8)]


def video(codec, crf, frames, height=None):
    def attack(pictures, rng):
        pictures = pictures[:frames]
        size = size_of(pictures[0])
        y4m = write([to_i420(picture) for picture in pictures], size)
        shape = ["-vf", f"scale=-2:{height}"] if height else []
        coded = subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "yuv4mpegpipe", "-i", "-", *shape, "-c:v", codec, "-crf", str(crf),
             "-f", "matroska", "-"],
            input=y4m, check=True, capture_output=True).stdout
        plain = subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "matroska", "-i", "-", "-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "-"],
            input=coded, check=True, capture_output=True).stdout
        return [to_bgr(frame) for frame in read(plain)[0]]
    return attack


def camera(kind):
    """A telephone before a screen: perspective, defocus, rolling bands, vignetting, moiré, noise, JPEG."""
    def place(size, rng):
        width, height = size
        far = [0.015, 0.03, 0.045][kind]
        corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
        moved = corners + rng.uniform(-far, far, (4, 2)).astype(np.float32) * [width, height]
        zoom = [1.1, 0.9, 0.8][kind]
        moved = (moved - [width / 2, height / 2]) * zoom + [width / 2, height / 2]
        return cv2.getPerspectiveTransform(corners, moved.astype(np.float32))

    def attack(pictures, rng):
        picture = pictures[0]
        width, height = size = size_of(picture)
        map_ = place(size, rng)
        seen = cv2.warpPerspective(picture, map_, size, flags=cv2.INTER_CUBIC, borderValue=(30, 30, 30))
        seen = cv2.GaussianBlur(seen, (0, 0), [0.7, 1.0, 1.3][kind]).astype(np.float64)
        y, x = np.mgrid[0:height, 0:width]
        bands = 1 + 0.04 * np.sin(2 * np.pi * y / (height / 3.3) + 1)
        moire = 1 + 0.02 * np.sin(2 * np.pi * (x * 0.143 + y * 0.021)) * [0, 1, 2][kind]
        dark = 1 - 0.35 * (((x - width / 2) / width) ** 2 + ((y - height / 2) / height) ** 2)
        seen *= (bands * moire * dark)[..., None]
        seen = 255 * (seen.clip(0, 255) / 255) ** 1.1 + rng.normal(0, [2, 3, 4][kind], picture.shape)
        return jpeg(85)([seen.clip(0, 255).astype(np.uint8)], rng)
    return Attack(attack, place)


ATTACKS = {name: attack if isinstance(attack, Attack) else Attack(attack) for name, attack in {
    "none": lambda pictures, rng: [pictures[0]],
    "JPEG 75": jpeg(75),
    "JPEG 50": jpeg(50),
    "JPEG 30": jpeg(30),
    "scale 0.5": scale(0.5),
    "scale 0.75": scale(0.75),
    "scale 1.5": scale(1.5),
    "crop 50 %": crop(0.5),
    "crop 25 % + JPEG 80": crop(0.25, 80),
    "rotate 3°": rotate(3),
    "rotate 10°": rotate(10),
    "gamma 1.4": gamma(1.4),
    "blur 1": blur(1.0),
    "noise 5": noise(5),
    "words over it": overlay,
    "mean of 12 pictures": mean(12),
    "H.264 CRF 23": video("libx264", 23, 1),
    "H.264 CRF 28, 12 frames": video("libx264", 28, 12),
    "H.264 CRF 33, 12 frames": video("libx264", 33, 12),
    "H.265 CRF 30, 12 frames": video("libx265", 30, 12),
    "720p H.264 CRF 26, 12 frames": video("libx264", 26, 12, 720),
    "720p H.264 CRF 30, 12 frames": video("libx264", 30, 12, 720),
    "camera 1": camera(0),
    "camera 2": camera(1),
    "camera 3": camera(2),
}.items()}
