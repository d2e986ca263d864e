import { formatHash, frameLuma, type Hasher, LEAST_FRAME_QUALITY } from '@keben/pdq';
import { picturesByFfmpeg, QUIETLY } from './ffmpeg-pictures.ts';
import type { FilmFormat } from './media-type.ts';
import { type ReadJob, type SeenFilm, type Unseen, unseen } from './reading.ts';

/** Decoders that ffmpeg may use: what phones, browsers and messengers write; its others are not worth their risk. */
const DECODERS =
  'h264,hevc,vp8,vp9,av1,libdav1d,libaom-av1,mpeg4,h263,mpeg1video,mpeg2video,theora,mjpeg,flv';

/** Larger frames are shrunk to fit: 8K films would take minutes for hashes that differ by a few bits. */
const LARGEST_SIDE = 1920;

/** Ends ffmpeg before the parent ends everything, so that the frames until then are not lost. */
const SPARE_SECONDS = 3;

/** What ffmpeg says of streams that we do not read. */
const HARMLESS = /not on whitelist|Last message repeated|^\s*$/;

/**
 * The frames that a film shows 0, 1, 2 … seconds after its first, hashed as vPDQ does: in full size, as RGB. They are
 * turned as players turn them (a phone's film lies on its side inside the file, and every copy of it stands upright).
 * `onStart` gets the process id of ffmpeg. Never throws for what the bytes hold.
 */
export async function filmFrames(
  job: ReadJob,
  format: FilmFormat,
  hasher: Hasher,
  onStart: (pid: number) => void,
): Promise<SeenFilm | Unseen> {
  const { path, limits } = job;
  const frames: SeenFilm['frames'] = [];
  let looked = 0;
  const run = {
    ffmpeg: job.ffmpeg,
    words: wordsFor(path, format, limits),
    seconds: Math.max(0.5 * limits.filmSeconds, limits.filmSeconds - SPARE_SECONDS),
    pixels: limits.pixels,
    onStart,
  };
  const end = await picturesByFfmpeg(run, (pixels) => {
    const { hash, quality } = hasher.hashLuma(frameLuma(pixels));
    if (quality >= LEAST_FRAME_QUALITY) {
      frames.push({ frame: looked, seconds: looked, hash: formatHash(hash), quality });
    }
    looked++;
  });
  if (end.status === 'absent') {
    return unseen('no-ffmpeg', 'this server cannot read films: ffmpeg is not installed');
  }
  const { late, failed, complaint } = end;
  const sound = !failed && complaint.split('\n').every((line) => HARMLESS.test(line));
  if (looked > 0) {
    return { status: 'film', format, frames, looked, complete: sound && !late && looked < limits.frames };
  }
  if (late) return unseen('timeout', `reading the film took more than ${limits.filmSeconds} seconds`);
  return whyNothing(complaint, limits.pixels);
}

function wordsFor(path: string, format: FilmFormat, { pixels, frames, memoryMegabytes }: ReadJob['limits']) {
  const fit = `scale=w='min(iw,${LARGEST_SIDE})':h='min(ih,${LARGEST_SIDE})':force_original_aspect_ratio=decrease`;
  return [
    [...QUIETLY, '-max_alloc', String(memoryMegabytes * 500_000)],
    // The demuxer is named, so that no file can pass for a playlist that names other files; it reads this file only.
    ['-protocol_whitelist', 'file', '-codec_whitelist', DECODERS, '-f', format],
    ['-max_pixels', String(pixels), '-threads', '1', '-t', String(frames), '-i', `file:${path}`],
    ['-map', '0:v:0', '-an', '-sn', '-dn', '-filter_threads', '1'],
    ['-vf', `setpts=PTS-STARTPTS,fps=fps=1:round=up,${fit}`, '-frames:v', String(frames)],
  ].flat();
}

function whyNothing(complaint: string, pixels: number): Unseen {
  if (/not on whitelist|Decoder .* not found|Unknown decoder/i.test(complaint)) {
    return unseen('not-supported', 'this server cannot decode films of this kind');
  }
  if (/Picture size .* is invalid|exceeds.*max_pixels/i.test(complaint)) {
    return unseen(
      'too-large',
      `the frames of the film are not of a possible size, or have more than ${pixels} pixels`,
    );
  }
  if (/matches no streams/i.test(complaint))
    return unseen('not-supported', 'the file has no moving pictures');
  return unseen('damaged', 'the film cannot be decoded');
}
