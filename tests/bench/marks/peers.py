"""How much other programs read of marks of their own after the same attacks, as they are, and with what was moved laid
back where it was, which they do not do by themselves."""
import importlib.util
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
from blind_watermark import WaterMark, bw_notes

from attacks import ATTACKS, size_of

# As many bits as a viewing and its proof have.
BITS = 64
# Attacks on one picture; of codecs only what they do to one. A minute is long for each.
TRIED = ("none", "JPEG 75", "JPEG 30", "scale 0.5", "crop 25 % + JPEG 80", "rotate 10°", "noise 5", "words over it",
         "H.264 CRF 23", "camera 1", "camera 3")


def _of_package(package, module):
    """A module without its package, which wants torch."""
    folder = Path(importlib.util.find_spec(package).origin).parent
    spec = importlib.util.spec_from_file_location(module, folder / f"{module}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


class Invisible:
    """`invisible-watermark`, by one of its methods."""

    def __init__(self, module, method):
        self.method = getattr(_of_package("imwatermark", module), method)

    def mark(self, picture, bits):
        return self.method(list(bits), wmLen=BITS).encode(picture)

    def read(self, picture):
        return self.method(wmLen=BITS).decode(picture)


class Blind:
    """`blind-watermark`."""

    def mark(self, picture, bits):
        one = WaterMark()
        one.read_img(img=picture)
        one.read_wm(bits.astype(bool), mode="bit")
        return one.embed().clip(0, 255).round().astype(np.uint8)

    def read(self, picture):
        return WaterMark().extract(embed_img=picture, wm_shape=BITS, mode="bit") >= 0.5


class Peers:
    """What came of all clips."""

    def __init__(self):
        bw_notes.close()
        self.programs = {
            "invisible-watermark dwtDct": Invisible("maxDct", "EmbedMaxDct"),
            "invisible-watermark dwtDctSvd": Invisible("dwtDctSvd", "EmbedDwtDctSvd"),
            "blind-watermark": Blind(),
        }
        self.right = {(name, attack, is_undone): []
                      for name in self.programs for attack in TRIED for is_undone in (False, True)}
        self.quality = {name: [] for name in self.programs}
        self.seconds = {name: [] for name in self.programs}

    def look(self, clip, picture):
        """Marks a picture with each, does everything to it, and counts the bits that are right."""
        bits = np.random.default_rng(zlib.crc32(clip.encode())).integers(0, 2, BITS)
        size = size_of(picture)
        for name, peer in self.programs.items():
            began = time.monotonic()
            marked = peer.mark(picture.copy(), bits.copy())
            self.seconds[name].append(time.monotonic() - began)
            self.quality[name].append(cv2.PSNR(picture, marked))
            for attack in TRIED:
                rng = lambda: np.random.default_rng(zlib.crc32(f"{clip} {attack}".encode()))
                [seen] = ATTACKS[attack].do([marked], rng())
                self.count(name, attack, False, bits, peer, seen)
                if ATTACKS[attack].place:
                    self.count(name, attack, True, bits, peer, ATTACKS[attack].undone(seen, size, rng()))

    def count(self, name, attack, is_undone, bits, peer, seen):
        try:
            right = np.mean(peer.read(seen) == bits)
        except (AssertionError, IndexError, ValueError):
            # Too small for its bits.
            right = 0.5
        self.right[name, attack, is_undone].append(right)

    def report(self):
        print("| program | PSNR | s a picture | " + " | ".join(TRIED) + " |")
        print("|---" * (3 + len(TRIED)) + "|")
        for name in self.programs:
            shown = [self.shown(name, attack) for attack in TRIED]
            print(f"| {name} | {np.mean(self.quality[name]):.1f} | {np.median(self.seconds[name]):.1f} | {' | '.join(shown)} |")

    def shown(self, name, attack):
        """Bits that are right on average, how many pictures had all of them, and the same after laying back."""
        both = [self.right[name, attack, is_undone] for is_undone in (False, True)]
        return "; ".join(f"{np.mean(right):.2f} ({sum(r == 1 for r in right)}/{len(right)})" for right in both if right)
