"""Marks clips, attacks them, and counts how often the mark is read.

Usage: run.py PROGRAM FOOTAGE [--every N] [--only TEXT]. PROGRAM is tests/examples/watermark.rs, FOOTAGE a folder of clips.
"""
import argparse
import subprocess
import sys
import tempfile
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
# Share of blocks below which a picture is none of the clip (src/trace/verdict.rs).
OTHER = 0.45


class Trial(NamedTuple):
    """Whether the session was read, alone and with the original; how far the right key stood out alone; which share of
    blocks was alike; and how many wrong sessions were read."""
    read: bool
    informed: bool
    deviations: float
    alike: float
    wrong: int


def program(args, text):
    return subprocess.run([args[0], *map(str, args[1:])], input=text, check=True, capture_output=True).stdout


def search(args, pictures, key):
    """Deviations of the right key, whether its session was read, wrong sessions, and the share of blocks alike."""
    lines = [line.split() for line in program(args, to_grey_y4m(pictures)).decode().split("\n") if line]
    alike = [float(line[1]) if line[1] != "-" else np.nan for line in lines if line[0] == "alike"]
    found = [line for line in lines if line[0] != "alike"]
    right = [f for f in found if f[0] == str(key)]
    wrong = [f for f in found if f[2] != "-" and (f[0], f[2]) != (str(key), SESSION)]
    return float(right[0][1]) if right else 0, bool(right) and right[0][2] == SESSION, len(wrong), alike


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("footage", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    table = {name: [] for name in ATTACKS if options.only in name}
    quality, transplants, before_this = [], [], None
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

        with tempfile.NamedTemporaryFile(suffix=".y4m") as original:
            original.write(plain)
            original.flush()

            def trial(attack):
                rng = np.random.default_rng(zlib.crc32(f"{name} {attack}".encode()))
                seen = ATTACKS[attack](pictures, rng)
                z, is_read, wrong, _ = search([options.program, "trace", KEYS], seen, key)
                more = search([options.program, "informed", KEYS, original.name], seen, key)
                return attack, Trial(is_read, is_read or more[1], z, more[3][0], wrong + more[2])

            with ThreadPoolExecutor(2) as pool:
                for attack, seen in pool.map(trial, table):
                    table[attack].append(seen)
            if before_this is not None:
                pasted = paste(pictures[0], before_this)
                z, is_read, wrong, _ = search([options.program, "trace", KEYS], [pasted], key)
                more = search([options.program, "informed", KEYS, original.name], [pasted], key)
                transplants.append((is_read, more[3][0]))
        before_this = to_bgr(before[0])
        lost = [attack for attack in table if not table[attack][-1].read]
        print(f"{name}: {quality[-1][1]:.1f} dB, {quality[-1][2]:.4f}, not read: {lost}")
    print(f"PSNR {np.mean([q[1] for q in quality]):.2f} dB, SSIM {np.mean([q[2] for q in quality]):.4f}, {len(quality)} clips")
    print("| attack | read | with the original | of | 95 % (Wilson), alone | with it | median deviations, alone | alike | wrong |")
    print("|---|---|---|---|---|---|---|---|---|")
    for attack, trials in table.items():
        good = sum(trial.read for trial in trials)
        more = sum(trial.informed for trial in trials)
        span = lambda count: "{:.2f}–{:.2f}".format(*wilson(count, len(trials)))
        z = np.median([trial.deviations for trial in trials])
        alike = np.nanmin([trial.alike for trial in trials])
        wrong = sum(trial.wrong for trial in trials)
        print(f"| {attack} | {good} | {more} | {len(trials)} | {span(good)} | {span(more)} | {z:.1f} | ≥ {alike:.2f} | {wrong} |")
    taken = [alike for is_read, alike in transplants if is_read]
    told = sum(alike < OTHER for alike in taken)
    print(f"marks pasted into other pictures: {len(transplants)}, read {len(taken)}, of these known as pasted {told}")


def paste(marked, other):
    """A picture of something else, with what a forger takes for the mark: what a soft filter takes away."""
    other = cv2.resize(other, (marked.shape[1], marked.shape[0]))
    mark = marked.astype(np.float32) - cv2.bilateralFilter(marked, 9, 12, 9).astype(np.float32)
    return (other + 1.5 * mark.clip(-4, 4)).clip(0, 255).astype(np.uint8)


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
