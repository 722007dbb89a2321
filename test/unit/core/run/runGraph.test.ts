import assert from 'node:assert/strict';
import fc from 'fast-check';
import { runGraph, type GraphNode, type NodeOutcome } from '../../../../src/core/run/runGraph.ts';

const never = new AbortController().signal;
const node = (id: string, ...needs: string[]): GraphNode => ({ id, needs });
const turn = () => new Promise<void>(resolve => setImmediate(resolve));

describe('runGraph', () => {
  it('keeps the order of needs and the limit, whatever the graph', async () => {
    const graphs = fc
      .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 14 })
      .map(rows =>
        rows.map((needs, index) => node(`n${index}`, ...(index === 0 ? [] : needs.map(need => `n${need % index}`)))),
      );
    const failing = fc.array(fc.nat(13), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(graphs, failing, fc.integer({ min: 1, max: 5 }), async (nodes, bad, concurrency) => {
        const done = new Set<string>();
        let running = 0;
        const outcomes = await runGraph(
          nodes,
          async ({ id, needs }) => {
            assert.ok(
              needs.every(need => done.has(need)),
              `${id} began too early`,
            );
            assert.ok(++running <= concurrency);
            await turn();
            running--;
            if (bad.includes(Number(id.slice(1)))) return 'failed';
            done.add(id);
            return 'succeeded';
          },
          { concurrency, cancel: never },
        );
        for (const { id, needs } of nodes)
          assert.equal(
            outcomes.has(id),
            needs.every(need => done.has(need)),
            `${id} was ${outcomes.get(id)}`,
          );
      }),
      { numRuns: 100 },
    );
  });

  it('runs what can overlap at the same time', async () => {
    const log: string[] = [];
    await runGraph(
      [node('a'), node('b'), node('c', 'a', 'b')],
      async ({ id }) => {
        log.push(`${id} begins`);
        await turn();
        log.push(`${id} ends`);
        return 'succeeded';
      },
      { concurrency: 4, cancel: never },
    );
    assert.deepEqual(log, ['a begins', 'b begins', 'a ends', 'b ends', 'c begins', 'c ends']);
  });

  it('goes on beside a failure', async () => {
    const outcomes = await runGraph(
      [node('a'), node('b'), node('after-a', 'a'), node('after-b', 'b')],
      async ({ id }): Promise<NodeOutcome> => (id === 'a' ? 'failed' : 'succeeded'),
      { concurrency: 1, cancel: never },
    );
    assert.deepEqual(Object.fromEntries(outcomes), { a: 'failed', b: 'succeeded', 'after-b': 'succeeded' });
  });

  it('starts nothing more once cancelled, and waits for what runs', async () => {
    const cancel = new AbortController();
    const ended: string[] = [];
    const outcomes = await runGraph(
      [node('a'), node('b', 'a'), node('c')],
      async ({ id }) => {
        if (id === 'c') cancel.abort();
        await turn();
        ended.push(id);
        return 'succeeded';
      },
      { concurrency: 2, cancel: cancel.signal },
    );
    assert.deepEqual([...outcomes.keys()].sort(), ['a', 'c']);
    assert.deepEqual(ended.sort(), ['a', 'c']);
  });

  it('refuses needs that go in a circle or nowhere', async () => {
    const execute = async (): Promise<NodeOutcome> => 'succeeded';
    const options = { concurrency: 1, cancel: never };
    await assert.rejects(runGraph([node('a', 'b'), node('b', 'a')], execute, options), /a, b/);
    await assert.rejects(runGraph([node('a', 'nobody')], execute, options), /wait for each other or for none/);
  });
});
