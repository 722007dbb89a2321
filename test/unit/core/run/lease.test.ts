import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { currentLease, Lease, leaseFile, staleAfterMs, type LeaseRecord } from '../../../../src/core/run/lease.ts';

const key = { accountId: '000000000000', region: 'eu-west-1', cluster: 'demo' };

describe('lease', () => {
  let home: string;
  const taken: Lease[] = [];
  beforeEach(async () => (home = await mkdtemp(path.join(tmpdir(), 'private-eks-lease-'))));
  afterEach(async () => {
    for (const lease of taken.splice(0)) await lease.release();
    await rm(home, { recursive: true, force: true });
  });

  const take = async (runId: string, options = {}): Promise<Lease | LeaseRecord> => {
    const lease = await Lease.take(home, key, runId, options);
    if (lease instanceof Lease) taken.push(lease);
    return lease;
  };

  it('is held by one: the second is told by whom', async () => {
    assert.ok((await take('create-a')) instanceof Lease);
    const second = await take('create-b');
    assert.ok(!(second instanceof Lease));
    assert.equal(second.runId, 'create-a');
    assert.equal((await currentLease(home, key))?.runId, 'create-a');
  });

  it('goes to exactly one of many that come at once', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, (_, index) => take(`create-${index}`)));
    const winners = all.filter(one => one instanceof Lease);
    assert.equal(winners.length, 1);
  });

  it('is free again once released', async () => {
    const first = await take('create-a');
    assert.ok(first instanceof Lease);
    await first.release();
    assert.equal(await currentLease(home, key), undefined);
    assert.ok((await take('create-b')) instanceof Lease);
  });

  it('is taken over at once from a process that died', async () => {
    await take('create-a', { pid: 4_000_000 });
    assert.ok((await take('create-b', { isAlive: () => false })) instanceof Lease);
    assert.equal((await currentLease(home, key))?.runId, 'create-b');
  });

  it('is taken over from another machine only when its heart stopped long ago', async () => {
    const record = { runId: 'create-a', pid: 1, host: 'elsewhere', heartbeatAt: 1_000_000 };
    await take('create-x');
    await taken.pop()?.release();
    await writeFile(leaseFile(home, key), JSON.stringify(record));
    const now = (age: number) => ({ now: () => record.heartbeatAt + age, isAlive: () => false });
    assert.ok(!((await take('create-b', now(staleAfterMs - 1))) instanceof Lease));
    assert.ok((await take('create-b', now(staleAfterMs + 1))) instanceof Lease);
  });

  it('does not remove what another has taken over', async () => {
    const first = await take('create-a', { pid: 4_000_000 });
    assert.ok(first instanceof Lease);
    await take('create-b', { isAlive: () => false });
    await first.release();
    assert.match(await readFile(leaseFile(home, key), 'utf8'), /create-b/);
  });

  it('is not held up by an unreadable record', async () => {
    await take('create-a');
    await taken.pop()?.release();
    await writeFile(leaseFile(home, key), '{"runId":');
    assert.ok((await take('create-b')) instanceof Lease);
  });
});
