#!/usr/bin/env bash
# Makes the corpus of clips that the player is tested on: one file per way of writing a video, each picture bearing its number
# as ten black or white blocks along the top edge (block b is bit b). Usage: corpus.sh FOLDER
set -euo pipefail
out=$1
mkdir -p "$out"

mark="format=gray,geq=lum='if(lt(Y\,16)*lt(X\,240)\,255*mod(floor(N/pow(2\,floor(X/24)))\,2)\,90+60*sin((X+Y+4*N)/20))',format=yuv420p"
# The same bytes on every machine: coders of several threads write others, and some containers the time and chance.
ff() { ffmpeg -nostdin -v error -y "${@:1:$#-1}" -threads 1 -fflags +bitexact -flags:v +bitexact "${@: -1}" </dev/null; }
# The marked pictures, losslessly, once: everything else is made from them.
base="$out/.base.mkv"
ff -f lavfi -i "color=size=320x240:rate=15:duration=6" -vf "$mark" -c:v ffv1 "$base"
# Ten minutes of it, at two pictures a second: numbers go round after 1023.
ff -f lavfi -i "color=size=320x240:rate=2:duration=600" -vf "$mark" -c:v libx264 -preset ultrafast -g 20 -pix_fmt yuv420p "$out/ten-minutes.mp4"
tone=(-f lavfi -i "sine=frequency=440:sample_rate=8000:duration=6")
x264=(-c:v libx264 -preset veryfast -crf 20 -pix_fmt yuv420p)
x265=(-c:v libx265 -preset ultrafast -crf 20 -pix_fmt yuv420p)
quiet=log-level=error:pools=1:frame-threads=1

h264() { local name=$1; shift; ff -i "$base" "${x264[@]}" "$@" "$out/$name"; }
hevc() { local name=$1 params=$2; shift 2; ff -i "$base" "${x265[@]}" -x265-params "$quiet:$params" "$@" "$out/$name"; }

h264 moov-last.mp4 -g 50 -bf 0
h264 moov-first.mp4 -g 50 -bf 2 -movflags +faststart
h264 b-frames.mp4 -g 24 -bf 4 -x264-params b-pyramid=normal:b-adapt=0
h264 gop-1.mp4 -g 1
h264 gop-250.mp4 -g 250 -sc_threshold 0
h264 open-gop.mp4 -x264-params open-gop=1:keyint=15:min-keyint=15:scenecut=0:bframes=3:b-adapt=0
h264 interlaced.mp4 -flags +ildct+ilme -x264-params tff=1 -g 30
h264 fragmented.mp4 -g 15 -bf 2 -movflags +frag_keyframe+empty_moov+default_base_moof
h264 fragmented-absolute.mp4 -g 30 -bf 0 -movflags +frag_keyframe
h264 vfr.mp4 -g 30 -bf 2 -vf "setpts=(N+0.4*sin(N))/15/TB" -fps_mode vfr -video_track_timescale 90000
h264 gap.mp4 -g 30 -bf 0 -vf "setpts=(N+60*gte(N\,45))/15/TB" -fps_mode vfr
h264 wide-pixels.mp4 -g 30 -vf setsar=4/3
h264 odd-size.mp4 -g 30 -vf "crop=318:238:0:0"
h264 upright.mp4 -g 30
# ffmpeg counts against the clock, the files are named with it.
ff -i "$out/upright.mp4" -c copy -metadata:s:v:0 rotate=270 "$out/rotated-90.mp4"
ff -i "$out/upright.mp4" -c copy -metadata:s:v:0 rotate=180 "$out/rotated-180.mp4"
h264 cut-source.mp4 -g 30 -bf 2
ff -ss 1.3 -i "$out/cut-source.mp4" -c copy "$out/edit-list.mp4"
ff -i "$base" -i "$base" -map 0:v -map 1:v "${x264[@]}" -g 30 -filter:v:1 hflip "$out/two-tracks.mp4"
ff -i "$base" -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M -g 30 -vf "crop=319:239:0:0" "$out/vp9-odd.mp4"
ff -i "$base" -c:v libaom-av1 -usage realtime -cpu-used 8 -b:v 1M -g 30 "$out/av1.mp4"
hevc hvc1.mp4 keyint=30:bframes=3 -tag:v hvc1
hevc hev1.mp4 keyint=30:bframes=0 -tag:v hev1
hevc hevc-open-gop.mp4 open-gop=1:keyint=15:min-keyint=15:bframes=3:scenecut=0 -tag:v hvc1
hevc hevc-fragmented.mp4 keyint=15:bframes=2 -tag:v hvc1 -movflags +frag_keyframe+empty_moov+default_base_moof
ff -i "$base" -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params "$quiet:keyint=30" -tag:v hvc1 "$out/hevc-10bit.mp4"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a aac -ar 48000 "$out/aac.mp4"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a pcm_alaw "$out/g711-a.mov"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a pcm_mulaw "$out/g711-mu.mov"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a pcm_s16le "$out/pcm.mov"
ff -itsoffset 2 -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -fps_mode vfr -c:a aac "$out/late-picture.mp4"
ff "${tone[@]}" -c:a aac "$out/audio-only.mp4"
# Sound of other recorders.
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a adpcm_ima_wav "$out/ima.avi"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a g726 -b:a 32k "$out/g726.avi"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a adpcm_ms -ac 2 "$out/adpcm.avi"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a adpcm_ima_qt "$out/ima.mov"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a adpcm_ima_wav "$out/ima-wave.mov"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a pcm_s24le -ar 96000 "$out/pcm-96k.mov"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a libopus -b:a 32k -ar 48000 "$out/opus.ts"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a mp2 -b:a 128k -ar 48000 "$out/mp2.ts"
ff -i "$base" "${tone[@]}" "${x264[@]}" -g 30 -c:a mp2 -b:a 64k -ar 16000 "$out/mp2.avi"
ff -i "$base" "${tone[@]}" -c:v mpeg2video -q:v 3 -c:a mp2 -b:a 128k -ar 48000 -f vob "$out/mp2.mpg"
# Kinds that browsers do not decode, and one that nobody here does.
ff -i "$base" -c:v mpeg4 -q:v 3 "$out/mpeg4.mp4"
ff -i "$base" -c:v mpeg4 -bf 2 -q:v 3 -vtag XVID "$out/mpeg4.avi"
ff -i "$base" -c:v mpeg4 -q:v 3 -flags +ildct+ilme "$out/mpeg4.ts"
ff -i "$base" -c:v mpeg2video -bf 2 -q:v 3 "$out/mpeg2.ts"
ff -i "$base" -c:v mpeg2video -bf 2 -q:v 3 -flags +ildct+ilme "$out/mpeg2.mkv"
ff -i "$base" -c:v mpeg2video -bf 2 -q:v 3 -qmax 28 -pix_fmt yuv422p -intra_vlc 1 -non_linear_quant 1 -dc 10 -flags +ildct+ilme "$out/mpeg2-422.mkv"
ff -i "$base" -r 25 -vf "setpts=N/25/TB" -c:v mpeg1video -bf 2 -q:v 3 -f mpeg "$out/mpeg1.mpg" 2>/dev/null
ff -i "$base" -c:v mpeg2video -bf 2 -q:v 3 "$out/mpeg2.mov"
ff -i "$base" -c:v mjpeg -q:v 3 "$out/mjpeg.avi"
ff -i "$base" -c:v mjpeg -q:v 3 "$out/mjpeg.mov"
ff -i "$base" -c:v mjpeg -q:v 3 -f mpjpeg "$out/multipart.mjpeg"
ff -i "$base" -c:v wmv2 -q:v 3 "$out/wmv.avi"
h264 deep-422.mp4 -g 30 -pix_fmt yuv422p10le
h264 full-444.mp4 -g 30 -pix_fmt yuv444p
h264 grey.mp4 -g 30 -pix_fmt gray
head -c "$(($(stat -c %s "$out/fragmented.mp4") * 2 / 3))" "$out/fragmented.mp4" > "$out/cut-off.mp4"
# Full range instead of the usual one: black is 0, white is 255. Shown, it looks the same.
hevc hevc-full-range.mp4 keyint=30:range=full:colormatrix=smpte170m:colorprim=smpte170m:transfer=smpte170m -vf scale=out_range=full -color_range pc -tag:v hvc1

# Where the sample of a picture begins (numbers from 1, in decoding order).
sample_at() { ffprobe -v error -select_streams v -show_entries packet=pos -of csv=p=0 "$1" | sed -n "$2p" | tr -d ,; }
# Writes a byte, given as printf knows it, so many times.
spoil() { local clip=$1 at=$2 byte=$3 times=$4; for ((i = 0; i < times; i++)); do printf "$byte"; done | dd of="$clip" bs=1 seek="$at" conv=notrunc status=none; }
# One picture of a group torn, and the first of the last group: the length of a NAL unit says more than there is.
cp "$out/upright.mp4" "$out/torn.mp4"
spoil "$out/torn.mp4" "$(sample_at "$out/torn.mp4" 40)" '\377' 1
cp "$out/upright.mp4" "$out/torn-last-group.mp4"
spoil "$out/torn-last-group.mp4" "$(sample_at "$out/torn-last-group.mp4" 61)" '\377' 1
# The slice header of one picture names parameters that there are not; its lengths are right. Then much of a key picture.
cp "$out/hev1.mp4" "$out/hevc-damaged.mp4"
spoil "$out/hevc-damaged.mp4" "$(($(sample_at "$out/hevc-damaged.mp4" 41) + 6))" '\200' 1
cp "$out/upright.mp4" "$out/spoiled-key.mp4"
at=$(sample_at "$out/spoiled-key.mp4" 31)
spoil "$out/spoiled-key.mp4" "$((at + 5))" '\125' 400

# The same pictures as other recorders write them: byte streams in packets, chunks, blocks, frames, and bare.
remux() { ff -i "$out/$1" -c copy "${@:3}" "$out/$2"; }
remux b-frames.mp4 h264.ts
remux b-frames.mp4 h264.m2ts -f mpegts -mpegts_m2ts_mode 1
remux aac.mp4 aac.ts
remux interlaced.mp4 interlaced.ts
remux hvc1.mp4 hevc.ts
# Sound that has heads like AAC's, and is none.
ff -i "$out/b-frames.mp4" "${tone[@]}" -c:v copy -c:a flac -ar 48000 -f mpegts -mpegts_m2ts_mode 1 "$out/flac.m2ts"
# The multiplexer warns of its own buffer.
remux b-frames.mp4 h264.mpg -bsf:v h264_mp4toannexb -f vob 2>/dev/null
{ printf 'IMKH\1\1\0\0'; head -c 32 /dev/zero; cat "$out/h264.mpg"; } > "$out/imkh.mp4"
remux b-frames.mp4 h264.avi -bsf:v h264_mp4toannexb
remux moov-last.mp4 avc1.avi
remux pcm.mov pcm.avi
remux b-frames.mp4 h264.mkv
remux hvc1.mp4 hevc.mkv
remux vp9-odd.mp4 vp9-odd.webm
remux av1.mp4 av1.webm
remux aac.mp4 live.mkv -live 1
remux b-frames.mp4 bare.h264
remux hvc1.mp4 bare.h265
remux moov-last.mp4 ".delimited.h264" -bsf:v h264_mp4toannexb,h264_metadata=aud=insert
ff "${tone[@]}" -c:a pcm_alaw -f alaw "$out/.sound.al"
dav() { node "$(dirname "$0")/dav.mjs" "$out/$1" "$out/$2" 15 320 240 "$out/.sound.al"; }
dav .delimited.h264 h264.dav
ff -i "$out/mjpeg.avi" -c copy -f mjpeg "$out/.bare.mjpeg"
dav .bare.mjpeg mjpeg.dav
rm "$base" "$out/cut-source.mp4" "$out/.delimited.h264" "$out/.bare.mjpeg" "$out/.sound.al"
