import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { ClusterCatalog, mostAtOnce } from '../../../../src/core/cluster/clusterCatalog.ts';
import { undescribed } from '../../../../src/core/cluster/clusterDetails.ts';
import { PrivateEksError } from '../../../../src/core/errors.ts';

/** A catalogue of so many clusters, whose descriptions are answered by hand. */
function catalogOf(count: number) {
  const names = Array.from({ length: count }, (_, index) => `c${String(index).padStart(3, '0')}`);
  const calls: string[] = [];
  const open = new Map<string, PromiseWithResolvers<void>>();
  const told: { names: readonly string[]; gone: boolean }[] = [];
  const sleeps: { ms: number; wake: () => void }[] = [];
  const end = new AbortController();
  let now = 1000;
  let lists = 0;
  const catalog = new ClusterCatalog({
    source: {
      names: async () => {
        lists++;
        return names.toReversed();
      },
      describe: async name => {
        calls.push(name);
        const asked = Promise.withResolvers<void>();
        open.set(name, asked);
        await asked.promise;
        return names.includes(name) ? { ...undescribed(name), arn: `arn:${name}`, version: String(now) } : undefined;
      },
    },
    clock: {
      now: () => now,
      sleep: ms => new Promise(resolve => sleeps.push({ ms, wake: resolve })),
    },
    signal: end.signal,
    told: (which, gone) => told.push({ names: which, gone }),
  });
  const answer = async (name: string, error?: PrivateEksError) => {
    const asked = open.get(name);
    open.delete(name);
    if (error) asked?.reject(error);
    else asked?.resolve();
    await turn();
  };
  const answerAll = async () => {
    while (open.size > 0) for (const name of [...open.keys()]) await answer(name);
  };
  const wake = async () => {
    for (const { wake: now } of sleeps.splice(0)) now();
    await turn();
  };
  const later = (ms: number) => (now += ms);
  return { catalog, names, calls, open, told, sleeps, answer, answerAll, wake, later, lists: () => lists };
}

describe('the clusters of an account', () => {
  it('are named by one call and described only when that is wanted', async () => {
    const { catalog, names, calls, lists } = catalogOf(40);
    assert.deepEqual(await catalog.names(), names);
    await catalog.names();
    assert.equal(lists(), 1);
    assert.deepEqual(calls, []);
    assert.equal(catalog.known('c000').summary, undefined);
  });

  it('are described a few at a time, each once, and told of together', async () => {
    const { catalog, names, calls, open, told, answerAll, wake } = catalogOf(40);
    catalog.fill(names);
    catalog.fill(names);
    assert.equal(open.size, mostAtOnce);
    await answerAll();
    assert.deepEqual(calls, names);
    assert.deepEqual(told, []);
    await wake();
    assert.deepEqual(told, [{ names, gone: false }]);
    catalog.fill(names);
    assert.equal(calls.length, 40);
  });

  it('are described first where somebody waits', async () => {
    const { catalog, names, calls, answer, answerAll } = catalogOf(40);
    catalog.fill(names);
    const wanted = catalog.described('c039');
    await answer('c000');
    assert.equal(calls.at(-1), 'c039');
    await answerAll();
    assert.equal((await wanted)?.arn, 'arn:c039');
    assert.equal(calls.filter(name => name === 'c039').length, 1);
  });

  it('are not asked for while hidden, but for what somebody waits for', async () => {
    const { catalog, names, calls, answerAll } = catalogOf(40);
    catalog.paused = true;
    catalog.fill(names);
    assert.deepEqual(calls, []);
    const wanted = catalog.described('c007');
    await answerAll();
    await wanted;
    assert.deepEqual(calls, ['c007']);
    catalog.paused = false;
    await answerAll();
    assert.equal(calls.length, 40);
  });

  it('are asked for anew one alone, or by age, and stay known meanwhile', async () => {
    const { catalog, names, calls, answerAll, later, lists } = catalogOf(10);
    await catalog.names();
    catalog.fill(names);
    await answerAll();
    catalog.forget({ cluster: 'c003' });
    assert.equal(catalog.known('c003').summary?.version, '1000');
    catalog.fill(await catalog.names());
    await answerAll();
    assert.deepEqual(calls.slice(10), ['c003']);
    assert.equal(lists(), 2);
    later(50);
    catalog.forget({ cluster: 'c004' });
    catalog.fill(names);
    await answerAll();
    later(50);
    catalog.ageOut(100);
    await answerAll();
    assert.equal(calls.slice(12).length, 9);
    assert.equal(calls.slice(12).includes('c004'), false);
    assert.equal(lists(), 2);
  });

  it('are asked for by fewer calls at a time, after a rest, when AWS throttles', async () => {
    const { catalog, names, calls, open, sleeps, answer, answerAll, wake } = catalogOf(20);
    const throttled = new PrivateEksError('throttled', 'AWS asks for slower calls.');
    catalog.fill(names);
    for (const name of [...open.keys()]) await answer(name, throttled);
    assert.equal(calls.length, mostAtOnce);
    assert.equal(sleeps.length, 1);
    await wake();
    assert.equal(open.size, mostAtOnce / 2);
    await answer([...open.keys()][0] ?? '');
    assert.equal(open.size, mostAtOnce / 2 + 1);
    await answerAll();
    assert.deepEqual([...new Set(calls)].sort(), names);
    assert.equal(calls.length, 20 + mostAtOnce);
    assert.equal(catalog.known('c000').error, undefined);
  });

  it('go from the list when they are gone, and say why they cannot be described', async () => {
    const { catalog, names, told, answer, answerAll, wake } = catalogOf(3);
    await catalog.names();
    catalog.fill(names);
    names.pop();
    await answer('c000', new PrivateEksError('access-denied', 'The permission eks:DescribeCluster is missing.'));
    await answerAll();
    await wake();
    assert.equal(told[0]?.gone, true);
    assert.deepEqual(await catalog.names(), ['c000', 'c001']);
    assert.equal(catalog.known('c000').error?.code, 'access-denied');
    await assert.rejects(catalog.described('c000'), { code: 'access-denied' });
    catalog.forget({ cluster: 'c000' });
    const again = catalog.described('c000');
    await answerAll();
    assert.equal((await again)?.name, 'c000');
  });
});
