"""Marks clips, attacks them, and counts how often the mark is read.

Usage: run.py PROGRAM FOOTAGE [--every N] [--only TEXT]. PROGRAM is tests/examples/watermark.rs, FOOTAGE a folder of clips.
"""
import argparse
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from attacks import ATTACKS
from clips import all_clips
from pictures import read, to_bgr, to_grey_y4m

# As many keys as are tried, one of which is the right one.
KEYS = 8
SESSION = "K3Q7ABCD"


class Trial(NamedTuple):
    """Whether the session was read, how far the right key stood out, and how many wrong sessions were read."""
    read: bool
    deviations: float
    wrong: int


def program(args, text):
    return subprocess.run([args[0], *map(str, args[1:])], input=text, check=True, capture_output=True).stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("footage", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    table = {name: [] for name in ATTACKS if options.only in name}
    quality = []
    for n, (name, make) in enumerate(all_clips(options.footage)):
        if n % options.every:
            continue
        plain, key = make(), n % KEYS
        marked = program([options.program, "mark", key, SESSION], plain)
        before, size = read(plain)
        after, _ = read(marked)
        planes = [(a[:size[1]], b[:size[1]]) for a, b in zip(before, after)]
        quality.append((name, *(np.mean([of(a, b) for a, b in planes]) for of in (cv2.PSNR, ssim))))
        pictures = [to_bgr(frame) for frame in after]

        def trial(attack):
            rng = np.random.default_rng(zlib.crc32(f"{name} {attack}".encode()))
            seen = ATTACKS[attack](pictures, rng)
            lines = program([options.program, "trace", KEYS], to_grey_y4m(seen)).decode().split("\n")
            found = [line.split() for line in lines if line]
            right = [f for f in found if f[0] == str(key)]
            wrong = [f for f in found if f[2] != "-" and (f[0], f[2]) != (str(key), SESSION)]
            z = float(right[0][1]) if right else 0
            return attack, Trial(bool(right) and right[0][2] == SESSION, z, len(wrong))

        with ThreadPoolExecutor(2) as pool:
            for attack, seen in pool.map(trial, table):
                table[attack].append(seen)
        lost = [attack for attack in table if not table[attack][-1].read]
        print(f"{name}: {quality[-1][1]:.1f} dB, {quality[-1][2]:.4f}, not read: {lost}")
    print(f"PSNR {np.mean([q[1] for q in quality]):.2f} dB, SSIM {np.mean([q[2] for q in quality]):.4f}, {len(quality)} clips")
    print("| attack | read | of | 95 % (Wilson) | median deviations | wrong |\n|---|---|---|---|---|---|")
    for attack, trials in table.items():
        good = sum(trial.read for trial in trials)
        low, high = wilson(good, len(trials))
        z = np.median([trial.deviations for trial in trials])
        wrong = sum(trial.wrong for trial in trials)
        print(f"| {attack} | {good} | {len(trials)} | {low:.2f}–{high:.2f} | {z:.1f} | {wrong} |")


def wilson(good, of, z=1.96):
    """The interval in which a rate is with 95 %."""
    middle = (good + z * z / 2) / (of + z * z)
    half = z / (of + z * z) * (good * (of - good) / of + z * z / 4) ** 0.5
    return middle - half, middle + half


def ssim(a, b):
    """Structural similarity (Wang and others, IEEE Trans. Image Process. 13), with a Gaussian window of 11 pixels."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    blur = lambda x: cv2.GaussianBlur(x, (11, 11), 1.5)
    ma, mb = blur(a), blur(b)
    va, vb, cov = blur(a * a) - ma * ma, blur(b * b) - mb * mb, blur(a * b) - ma * mb
    c1, c2 = 6.5025, 58.5225
    return np.mean((2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2)))


main()
