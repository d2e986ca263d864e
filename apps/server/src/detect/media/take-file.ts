import type { FastifyRequest } from 'fastify';
import { AppError } from '../../base/errors.ts';
import type { MediaReader } from './files/index.ts';

/** A file of somebody else's on its way to the reader, which removes it. */
export type TakenFile = NonNullable<Awaited<ReturnType<MediaReader['save']>>>;

/** What a form of `multipart/form-data` brought. */
export type Upload =
  | { status: 'file'; field: string; file: TakenFile; fields: Map<string, string> }
  | { status: 'none' | 'several' | 'too-large' };

/**
 * Streams the one file of a form to disk. `accepts` is asked with the name of the field before a byte is kept, and may
 * throw. Rejects, and keeps nothing, when the sender goes away. Needs @fastify/multipart in the scope of the route.
 */
export async function takeFile(
  request: FastifyRequest,
  media: Pick<MediaReader, 'save' | 'limits'>,
  accepts: (field: string) => void = () => undefined,
): Promise<Upload> {
  if (!request.isMultipart()) return { status: 'none' };
  const fields = new Map<string, string>();
  let taken: { field: string; file: TakenFile } | undefined;
  let done = false;
  try {
    // One byte more than is kept tells the reader that there are too many.
    const limits = { files: 2, fields: 20, fieldSize: 100_000, fileSize: media.limits.bytes + 1 };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') {
        fields.set(part.fieldname, String(part.value));
        continue;
      }
      if (taken) return { status: 'several' };
      accepts(part.fieldname);
      const file = await media.save(part.file);
      if (!file) return { status: 'too-large' };
      taken = { field: part.fieldname, file };
    }
    done = true;
  } catch (cause) {
    if (!request.raw.readableAborted) throw cause;
    throw new AppError('invalid-request', 'The sender went away before the whole file had come.');
  } finally {
    if (!done) {
      await taken?.file.remove();
      // Nobody reads the rest: on a connection that is kept, the next request would wait for it.
      request.raw.unpipe();
      request.raw.resume();
    }
  }
  return taken ? { status: 'file', ...taken, fields } : { status: 'none' };
}
