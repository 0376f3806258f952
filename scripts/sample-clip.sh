#!/usr/bin/env bash
# Makes a clip that looks like a security camera's: grey, noisy, something moves, the camera's clock is burnt in.
# Usage: sample-clip.sh OUT.mp4 [SECONDS] [SIZE] [RATE]
set -euo pipefail
out=$1 seconds=${2:-20} size=${3:-960x540} rate=${4:-12}
font=$(ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc /usr/share/fonts/truetype/*/*.ttf 2>/dev/null | head -n 1)
start=$(TZ=Asia/Tokyo date -d '2026-11-18 21:00:00' +%s)
export TZ=Asia/Tokyo
ffmpeg -nostdin -v error -y \
  -f lavfi -i "color=c=0x50565a:s=$size:r=$rate:d=$seconds" -f lavfi -i "color=c=0x20262a:s=120x200:r=$rate:d=$seconds" \
  -filter_complex "[0]drawgrid=w=160:h=90:c=0x5a6064,noise=alls=4:allf=t[ground];[ground][1]overlay=x='mod(t*97\,W+120)-120':y='H*0.5+20*sin(t*3)',drawtext=fontfile=$font:text='CAM 01  %{pts\:localtime\:$start\:%Y-%m-%d %H\\\\\:%M\\\\\:%S}':x=16:y=12:fontsize=h/18:fontcolor=white:box=1:boxcolor=black@0.6" \
  -c:v libx264 -preset veryfast -crf 26 -g $((rate * 2)) -bf 2 -pix_fmt yuv420p -movflags +faststart "$out"
