"""Marks clips, attacks them, and counts how often the mark is read, and how much of theirs other programs read.

Usage: run.py PROGRAM FOOTAGE [--every N] [--only TEXT] [--foreign N] [--peers N]. PROGRAM is tests/examples/watermark.rs, FOOTAGE a
folder of clips; other programs have every Nth clip, 0 none.
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
from collusion import COLLUSIONS, COPIES, collude
from peers import Peers
from pictures import read, to_bgr, to_grey_y4m

# As many keys as are tried, one of which is the right one.
KEYS = 8
SESSION = "K3Q7ABCD"
# Likeness below which a picture is none of the clip (src/trace/verdict.rs).
OTHER = 0.4


class Trial(NamedTuple):
    """Whether the session was read, alone and with the original; how far the right key stood out alone; how alike
    it was to the original; and how many wrong sessions were read."""
    read: bool
    informed: bool
    deviations: float
    alike: float
    wrong: int


def program(args, text):
    return subprocess.run([args[0], *map(str, args[1:])], input=text, check=True, capture_output=True).stdout


def found(args, pictures):
    """Lines of the program, as words."""
    return [line.split() for line in program(args, to_grey_y4m(pictures)).decode().split("\n") if line]


def sessions(args, pictures):
    """Keys and sessions that are read."""
    return [(int(line[0]), line[2]) for line in found(args, pictures) if line[2] != "-"]


def search(args, pictures, key):
    """Deviations of the right key, whether its session was read, wrong sessions, and how alike it was."""
    lines = found(args, pictures)
    alike = [float(line[1]) if line[1] != "-" else np.nan for line in lines if line[0] == "alike"]
    marks = [line for line in lines if line[0] != "alike"]
    right = [f for f in marks if f[0] == str(key)]
    wrong = [f for f in marks if f[2] != "-" and (f[0], f[2]) != (str(key), SESSION)]
    return float(right[0][1]) if right else 0, bool(right) and right[0][2] == SESSION, len(wrong), alike


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("footage", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--foreign", type=int, default=10_000)
    parser.add_argument("--peers", type=int, default=4)
    options = parser.parse_args()
    results, peers = Results(options), Peers()
    chosen = list(all_clips(options.footage))[::options.every]
    try:
        for n, (name, make) in enumerate(chosen):
            plain = make()
            results.look(n % KEYS, name, plain, -(-options.foreign // len(chosen)))
            if options.peers and n % options.peers == 0:
                peers.look(name, to_bgr(read(plain)[0][0]))
    except KeyboardInterrupt:
        print("ended before all clips were looked at")
    results.report()
    if options.peers:
        peers.report()


class Results:
    """What came of all clips."""

    def __init__(self, options):
        self.options = options
        self.table = {name: [] for name in ATTACKS if options.only in name}
        self.together = {(kind, count): [] for kind in COLLUSIONS for count in COPIES}
        self.quality, self.flicker, self.transplants, self.foreign = [], [], [], []
        self.before_this = None

    def mark(self, key, plain):
        return program([self.options.program, "mark", key, SESSION], plain)

    def look(self, key, name, plain, foreign):
        """Marks a clip, does everything to it, and looks for the mark."""
        before, size = read(plain)
        after, _ = read(self.mark(key, plain))
        planes = [(a[:size[1]], b[:size[1]]) for a, b in zip(before, after)]
        self.quality.append([np.mean([of(a, b) for a, b in planes]) for of in (cv2.PSNR, ssim)])
        marks = [b.astype(float) - a for a, b in planes[:2]]
        self.flicker.append([np.mean(np.abs(mark)) for mark in (marks[0], marks[1] - marks[0])])
        pictures = [to_bgr(frame) for frame in after]
        with tempfile.NamedTemporaryFile(suffix=".y4m") as original, ThreadPoolExecutor(2) as pool:
            original.write(plain)
            original.flush()
            for attack, seen in pool.map(lambda attack: self.attack(attack, name, pictures, key, original.name), self.table):
                self.table[attack].append(seen)
            if self.before_this is not None:
                pasted = paste(pictures[0], self.before_this)
                _, is_read, _, _ = search([self.options.program, "trace", KEYS], [pasted], key)
                alike = search([self.options.program, "informed", KEYS, original.name], [pasted], key)[3][0]
                self.transplants.append((is_read, alike))
            self.collude(name, key, plain, pool)
            halves = pool.map(lambda seed: int(program([self.options.program, "foreign", foreign // 2, KEYS, seed], plain)),
                              (2 * len(self.foreign), 2 * len(self.foreign) + 1))
            self.foreign.append((2 * (foreign // 2), sum(halves)))
        self.before_this = to_bgr(before[0])
        lost = [attack for attack in self.table if not self.table[attack][-1].read]
        print(f"{name}: {self.quality[-1][0]:.1f} dB, {self.quality[-1][1]:.4f}, not read: {lost}")

    def attack(self, attack, name, pictures, key, original):
        rng = np.random.default_rng(zlib.crc32(f"{name} {attack}".encode()))
        seen = ATTACKS[attack].do(pictures, rng)
        z, is_read, wrong, _ = search([self.options.program, "trace", KEYS], seen, key)
        more = search([self.options.program, "informed", KEYS, original], seen, key)
        return attack, Trial(is_read, is_read or more[1], z, more[3][0], wrong + more[2])

    def collude(self, name, key, plain, pool):
        """Copies of several recipients: how many are named, and how many others."""
        owners = [(key + n) % KEYS for n in range(max(COPIES))]
        copies = [to_bgr(read(self.mark(owner, plain))[0][0]) for owner in owners]

        def trial(which):
            kind, count = which
            rng = np.random.default_rng(zlib.crc32(f"{name} {which}".encode()))
            seen = collude(kind, copies[:count], rng)
            named = sessions([self.options.program, "trace", KEYS], [seen])
            right = [one for one in named if one[0] in owners[:count] and one[1] == SESSION]
            return which, (len(right), len(named) - len(right))

        for which, seen in pool.map(trial, self.together):
            self.together[which].append(seen)

    def report(self):
        psnr, similar = np.mean(self.quality, 0)
        size, change = np.mean(self.flicker, 0)
        print(f"PSNR {psnr:.2f} dB, SSIM {similar:.4f}, {len(self.quality)} clips")
        print(f"the mark: {size:.2f} levels on average; from one picture to the next it changes by {change:.2f}")
        print("| attack | read | with the original | of | 95 % (Wilson), alone | with it | median deviations, alone | alike | wrong |")
        print("|---|---|---|---|---|---|---|---|---|")
        for attack, trials in self.table.items():
            of = len(trials)
            good, more = (sum(getattr(trial, which) for trial in trials) for which in ("read", "informed"))
            z = np.median([trial.deviations for trial in trials])
            alike = np.nanmin([trial.alike for trial in trials] + [np.inf])
            wrong = sum(trial.wrong for trial in trials)
            print(f"| {attack} | {good} | {more} | {of} | {span(good, of)} | {span(more, of)} | {z:.1f} | ≥ {alike:.2f} | {wrong} |")
        print("| copies together | at least one named | of | 95 % (Wilson) | innocents named |\n|---|---|---|---|---|")
        for (kind, count), trials in self.together.items():
            good = sum(right > 0 for right, _ in trials)
            print(f"| {kind} of {count} | {good} | {len(trials)} | {span(good, len(trials))} | {sum(w for _, w in trials)} |")
        taken = [alike for is_read, alike in self.transplants if is_read]
        told = sum(alike < OTHER for alike in taken)
        print(f"marks pasted into other pictures: {len(self.transplants)}, read {len(taken)}, of these known as pasted {told}")
        print(f"unmarked and foreign pictures: {sum(of for of, _ in self.foreign)}, sessions read {sum(n for _, n in self.foreign)}")


def paste(marked, other):
    """A picture of something else, with what a forger takes for the mark: what a soft filter takes away."""
    other = cv2.resize(other, (marked.shape[1], marked.shape[0]))
    mark = marked.astype(np.float32) - cv2.bilateralFilter(marked, 9, 12, 9).astype(np.float32)
    return (other + 1.5 * mark.clip(-4, 4)).clip(0, 255).astype(np.uint8)


def span(good, of):
    return "{:.2f}–{:.2f}".format(*wilson(good, of))


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
