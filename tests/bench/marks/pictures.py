"""Y4M and pictures as arrays."""
import cv2
import numpy as np


def read(y4m: bytes):
    """Frames as I420 arrays, with their size."""
    head, _, rest = y4m.partition(b"\n")
    fields = {field[:1]: field[1:] for field in head.split(b" ")[1:]}
    width, height = int(fields[b"W"]), int(fields[b"H"])
    length = width * height * 3 // 2
    frames = []
    while rest:
        _, _, rest = rest.partition(b"\n")
        frames.append(np.frombuffer(rest[:length], np.uint8).reshape(height * 3 // 2, width))
        rest = rest[length:]
    return frames, (width, height)


def write(frames, size):
    head = f"YUV4MPEG2 W{size[0]} H{size[1]} F25:1 Ip A1:1 C420jpeg\n".encode()
    return head + b"".join(b"FRAME\n" + frame.tobytes() for frame in frames)


def to_bgr(frame):
    return cv2.cvtColor(frame, cv2.COLOR_YUV2BGR_I420)


def to_i420(picture):
    return cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)


def to_grey_y4m(pictures):
    """Pictures in blue, green and red, as Y4M of lightness alone."""
    height, width = pictures[0].shape[:2]
    head = f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 Cmono\n".encode()
    grey = [cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) for picture in pictures]
    return head + b"".join(b"FRAME\n" + picture.tobytes() for picture in grey)
