"""The clips that are marked: what there is, made into nights, infrared, flat rooms, still ones, text, and other sizes."""
import subprocess
from pathlib import Path

FRAMES = 12
# What a camera may see, as filters of ffmpeg.
KINDS = {
    "day": "null",
    "night": "eq=brightness=-0.25:gamma=0.7,noise=alls=9:allf=t:all_seed=7",
    "infrared": "hue=s=0,eq=contrast=0.7:brightness=0.1,noise=alls=4:allf=t:all_seed=3",
    "flat": "gblur=sigma=12,noise=alls=2:allf=t:all_seed=5",
    "still": "loop=loop=11:size=1:start=0,noise=alls=3:allf=t:all_seed=2",
    "text": "drawtext=text='2026-11-28 21\\:41\\:10 CAM 07':x=20:y=20:fontsize=h/18:fontcolor=white:box=1:boxcolor=black@0.6",
}
SIZES = ["1920x1080", "1280x720", "640x480"]
MADE = {
    "testsrc2": "testsrc2=size={size}:rate=25",
    "mandelbrot": "mandelbrot=size={size}:rate=25:start_scale=0.6",
    "life": "life=size=320x240:rate=25:mold=10:ratio=0.2:seed=7:death_color=#404040:life_color=#d0d0d0,scale={size}",
    "gradients": "gradients=size={size}:rate=25:seed=4,format=yuv420p,noise=alls=3:allf=t:all_seed=9",
}


def _ffmpeg(*args):
    return subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *args], check=True, stdout=subprocess.PIPE).stdout


def all_clips(footage: Path):
    """Name and Y4M of each clip."""
    real = sorted(footage.glob("*.mp4")) if footage.is_dir() else []
    names = []
    for n, path in enumerate(real):
        for k, (kind, filters) in enumerate(KINDS.items()):
            size = SIZES[(n + k) % len(SIZES)]
            begin = 1 + 0.7 * k
            names.append((f"{path.stem} {kind} {size}", ["-ss", str(begin), "-i", str(path)], filters, size))
    for source, text in MADE.items():
        for k, kind in enumerate(KINDS):
            size = SIZES[k % len(SIZES)]
            names.append((f"{source} {kind} {size}", ["-f", "lavfi", "-i", text.format(size=size)], KINDS[kind], size))
    for name, source, filters, size in names:
        width, height = size.split("x")
        shape = f"scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height},"
        yield name, lambda source=source, filters=shape + filters: _ffmpeg(
            *source, "-vf", filters, "-frames:v", str(FRAMES), "-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "-")
