import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Journal } from '../../../../src/core/run/journal.ts';
import { runSteps } from '../../../../src/core/run/runSteps.ts';
import type { RunContext, Step } from '../../../../src/core/run/step.ts';

const usualSeconds = { low: 2, typical: 5, high: 20 };

describe('a step that takes longer than usual', () => {
  let dir: string;
  let journal: Journal;
  let now: number;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'private-eks-slow-'));
    now = 0;
  });
  afterEach(async () => {
    journal.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Runs one step for as long as it takes to say so many times that it is slow; whoever sleeps is woken `late` times too late. */
  async function told(id: Step['id'], times: number, { speed = 1, late = 1 } = {}): Promise<number[]> {
    const clock = {
      now: () => now,
      sleep: async (milliseconds: number, signal?: AbortSignal) => {
        await new Promise(resolve => setImmediate(resolve));
        signal?.throwIfAborted();
        now += milliseconds * late;
      },
    };
    journal = await Journal.open(dir, clock);
    const step: Step = {
      id,
      title: 'A step',
      needs: [],
      usualSeconds,
      run: async () => {
        while (slow().length < times) await new Promise(resolve => setImmediate(resolve));
        return { outcome: 'done' };
      },
    };
    const slow = () => journal.events.filter(event => event.type === 'slow');
    journal.append({
      type: 'run-started',
      runId: 'r',
      kind: 'create',
      cluster: 'demo',
      region: 'eu-west-1',
      accountId: '0',
      profile: undefined,
      specPath: undefined,
      specHash: undefined,
      steps: [step],
      expectedSeconds: 1,
      monthlyUsd: undefined,
      speed,
    });
    const { signal } = new AbortController();
    const context = { clock, journal, runId: 'r', cluster: 'demo', signal, cancel: signal };
    // The steps here have nothing in the account to look at.
    assert.equal(await runSteps([step], context as unknown as RunContext), 'done');
    return slow().map(event => event.waitedSeconds);
  }

  it('says so past its usual range, and again when it has taken twice as long', async () => {
    assert.deepEqual(await told('verify', 3), [20, 40, 80]);
  });

  it('says it once, not once for each time that has passed meanwhile', async () => {
    assert.deepEqual(await told('verify', 2, { late: 10 }), [200, 2200]);
  });

  it('is not slow because the account’s clock is fast, where it only makes calls', async () => {
    assert.deepEqual(await told('preflight', 2, { speed: 60 }), [20, 40]);
    assert.equal(now, 40 * 60 * 1000);
    now = 0;
    journal.close();
    await rm(dir, { recursive: true, force: true });
    assert.deepEqual(await told('verify', 2, { speed: 60 }), [20, 40]);
    assert.equal(now, 40 * 1000);
  });
});
