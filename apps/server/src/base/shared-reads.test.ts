import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSharedReads } from './shared-reads.ts';

const turn = () => new Promise<void>((go) => setImmediate(go));

describe('shared reads', () => {
  it('answer each request its own, in reads of bounded size, one at a time for an organisation', async () => {
    const request = fc.record({
      organisation: fc.constantFrom('one', 'two'),
      turns: fc.nat(2),
      size: fc.integer({ min: 1, max: 12 }),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 40 }), async (requests) => {
        const open = new Set<string>();
        const reads: { asked: number[]; fails: boolean }[] = [];
        const ask = createSharedReads<number, string>({
          most: 20,
          sizeOf: (n) => requests[n]?.size ?? 0,
          async read(organisation, asked) {
            expect(open).not.toContain(organisation);
            open.add(organisation);
            await turn();
            open.delete(organisation);
            const fails = asked.some((n) => requests[n]?.fails) && asked.length % 2 === 0;
            reads.push({ asked, fails });
            if (fails) throw new Error(`of ${asked.join()}`);
            return asked.map((n) => `${organisation} ${n}`);
          },
        });
        const answers: Promise<string>[] = [];
        for (const [n, { organisation, turns }] of requests.entries()) {
          for (let at = 0; at < turns; at++) await turn();
          answers.push(ask(organisation, n).catch((fault: Error) => fault.message));
        }
        const told = await Promise.all(answers);
        expect(reads.flatMap(({ asked }) => asked).sort((a, b) => a - b)).toEqual([...requests.keys()]);
        for (const { asked, fails } of reads) {
          const size = asked.reduce((sum, n) => sum + (requests[n]?.size ?? 0), 0);
          expect(asked.length === 1 || size <= 20).toBe(true);
          for (const n of asked) {
            expect(told[n]).toBe(fails ? `of ${asked.join()}` : `${requests[n]?.organisation} ${n}`);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('read at once for one, and once for those who ask meanwhile', async () => {
    const reads: number[][] = [];
    const gate = Promise.withResolvers<void>();
    const ask = createSharedReads<number, number>({
      most: 100,
      sizeOf: () => 1,
      async read(_organisation, asked) {
        reads.push(asked);
        await gate.promise;
        return asked;
      },
    });
    const first = ask('one', 0);
    await turn();
    expect(reads).toEqual([[0]]);
    const rest = [1, 2, 3].map((n) => ask('one', n));
    await turn();
    expect(reads).toEqual([[0]]);
    gate.resolve();
    expect(await Promise.all([first, ...rest])).toEqual([0, 1, 2, 3]);
    expect(reads).toEqual([[0], [1, 2, 3]]);
  });
});
