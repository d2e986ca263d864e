import { JPEG } from '@trustnxt/c2pa-ts/asset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { provenanceOf } from './index.ts';
import { readProvenance } from './read-provenance.ts';
import { jpeg, png, signed, trained, webp, xmp } from './sample-files.ts';
import { madeByModel, sourceTypeOf } from './source-type.ts';

describe('digital source types', () => {
  it('are read as address and as short term; others are unknown', () => {
    expect(sourceTypeOf(trained)).toBe('trainedAlgorithmicMedia');
    expect(sourceTypeOf(trained.replace('http:', 'https:'))).toBe('trainedAlgorithmicMedia');
    expect(sourceTypeOf('compositeWithTrainedAlgorithmicMedia')).toBe('compositeWithTrainedAlgorithmicMedia');
    expect(sourceTypeOf('http://evil.example/trainedAlgorithmicMedia')).toBeUndefined();
    expect(sourceTypeOf('somethingNew')).toBeUndefined();
  });

  it('name a model only where one is meant', () => {
    expect(madeByModel('trainedAlgorithmicMedia')).toBe(true);
    expect(madeByModel('compositeWithTrainedAlgorithmicMedia')).toBe(true);
    expect(madeByModel('digitalCapture')).toBe(false);
    expect(madeByModel('algorithmicMedia')).toBe(false);
  });
});

describe('provenance of files', () => {
  const makers = { jpeg, png, webp };
  for (const [format, make] of Object.entries(makers)) {
    it.each(['attribute', 'resource', 'text'] as const)(
      `is read from XMP in ${format} (%s)`,
      async (style) => {
        expect(await readProvenance(make(xmp(trained, style)))).toMatchObject({
          status: 'found',
          format,
          generativeAi: true,
          sources: [{ from: 'xmp', value: trained, known: true }],
          media: { digitalSourceType: 'trainedAlgorithmicMedia' },
          problems: [],
        });
      },
    );

    it(`says nothing where ${format} says nothing`, async () => {
      expect(await readProvenance(make())).toMatchObject({ status: 'none', generativeAi: false, media: {} });
    });
  }

  it('keeps a photograph a photograph', async () => {
    expect(await readProvenance(jpeg(xmp('digitalCapture')))).toMatchObject({
      status: 'found',
      generativeAi: false,
      media: { digitalSourceType: 'digitalCapture' },
    });
  });

  it.each([
    ['jpeg', jpeg],
    ['png', png],
  ] as const)(
    'is read from a signed C2PA manifest in %s, whose signature and hash are checked',
    async (_name, make) => {
      const file = await signed(make(), trained);
      const told = await readProvenance(file);
      expect(told).toMatchObject({
        status: 'found',
        generativeAi: true,
        c2pa: {
          integrity: 'valid',
          trust: 'not-checked',
          generator: 'Test generator',
          actions: [{ action: 'c2pa.created', digitalSourceType: trained, softwareAgent: 'Test model' }],
          codes: [],
        },
        media: {
          digitalSourceType: 'trainedAlgorithmicMedia',
          c2pa: { integrity: 'valid', generator: 'Test generator', actions: ['c2pa.created'] },
        },
      });
      // One byte of the picture itself changed: the claim stays readable, its binding is broken.
      const changed = Buffer.from(file);
      const at = changed.length - 4;
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await readProvenance(changed)).toMatchObject({
        generativeAi: true,
        c2pa: { integrity: 'invalid', codes: [expect.stringContaining('dataHash')] },
      });
    },
  );

  it('is read from a C2PA chunk of WebP, without a check of the binding', async () => {
    const store = new JPEG(new Uint8Array(await signed(jpeg(), trained))).getManifestJUMBF();
    expect(await readProvenance(webp(undefined, store))).toMatchObject({
      generativeAi: true,
      c2pa: { integrity: 'not-checked', generator: 'Test generator' },
    });
  });

  it('calls what it cannot read unavailable, never none', async () => {
    expect(await readProvenance(Buffer.from('GIF89a'))).toMatchObject({
      status: 'unavailable',
      why: 'not-supported',
    });
    expect(await readProvenance(png().subarray(0, 40))).toMatchObject({
      status: 'unavailable',
      why: 'damaged',
    });
    expect(await readProvenance(Buffer.alloc(0))).toMatchObject({ status: 'unavailable' });
  });

  it('survives any damage', async () => {
    const whole = [jpeg(xmp(trained)), png(xmp(trained)), webp(xmp(trained)), await signed(jpeg(), trained)];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...whole),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (file, changes, share) => {
          const bad = Buffer.from(file.subarray(0, Math.ceil(file.length * share)));
          for (const [at, value] of changes) if (bad.length > 0) bad[at % bad.length] = value;
          const told = await readProvenance(bad);
          return told.status === 'found' || told.status === 'none' || told.problems.length > 0;
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads a large hostile packet in little time', async () => {
    const hostile = `${'xmlns:a="'.repeat(90_000)}${' a:DigitalSourceType = '.repeat(5_000)}`;
    const began = performance.now();
    await readProvenance(png(hostile));
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('the reader', () => {
  it('works in a thread of its own', async () => {
    expect(await provenanceOf(jpeg(xmp(trained)))).toMatchObject({ status: 'found', generativeAi: true });
  });

  it('gives up after its time', async () => {
    expect(await provenanceOf(jpeg(), { timeoutMs: 0 })).toMatchObject({
      status: 'unavailable',
      why: 'timeout',
    });
  });
});
