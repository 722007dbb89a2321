import assert from 'node:assert/strict';
import { ClusterBench, failureOf, minimalSpec, type RunResult } from '../support/clusterRun.ts';
import { BadDay, type FaultKind } from './badDay.ts';

export interface BadLife {
  /** Calls that failed, in order. */
  readonly struck: readonly string[];
  /** How often a run stopped and was resumed. */
  readonly stops: number;
}

/** More stops than calls would mean that a run gets no further. */
const mostStops = 600;

/**
 * A whole life, create and delete, in which each of the wanted calls fails once. Every stop must say why in the right words and be
 * resumable; nothing is made twice, nothing is left.
 */
export async function liveThrough(kind: FaultKind, wanted?: (call: string) => boolean): Promise<BadLife> {
  const day = new BadDay(kind, wanted);
  const bench = await ClusterBench.open({ between: day.between });
  try {
    let stops = 0;
    const plan = await persist(() => bench.plan(minimalSpec));
    const toTheEnd = async (begin: (again: boolean) => Promise<RunResult>) => {
      for (let again = false; ; again = true) {
        const result = await persist(() => begin(again));
        if (result.outcome === 'done') return;
        rightStop(kind, result);
        assert.ok(++stops < mostStops, `${kind}: stopped ${stops} times, last at ${day.struck.at(-1)}`);
      }
    };
    await toTheEnd(again => bench.create(plan, { resume: again }));
    assert.deepEqual(kindsOf(bench), await kindsOfCalm(), 'what stands after the create');
    await toTheEnd(() => bench.delete('demo'));
    assert.deepEqual(bench.account.state().resources, [], 'what is left after the delete');
    return { struck: day.struck, stops };
  } finally {
    await bench.close();
  }
}

/** What fails before a run has begun is told at once, and asked again by whoever asked. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { code?: string };
      if (attempt > 50 || !['access-denied', 'signed-out', 'throttled', 'network', 'aws-internal'].includes(code ?? ''))
        throw error;
    }
  }
}

function rightStop(kind: FaultKind, result: RunResult): void {
  assert.equal(result.outcome, 'failed', JSON.stringify(result.events.slice(-6)));
  const cause = failureOf(result);
  const told = `${cause?.what} ${cause?.awsMessage ?? ''}`;
  const words: Readonly<Record<FaultKind, RegExp>> = {
    throttled: /throttl|rate exceeded/i,
    'internal error': /internal/i,
    'cut before': /network|reach/i,
    'cut after': /network|reach/i,
    late: /./,
    denied: /not authorized|permission/i,
    expired: /expired/i,
  };
  assert.match(told, words[kind], JSON.stringify(cause));
  assert.ok(cause?.fix, `${kind}: a stop says what to do`);
}

let calm: Promise<Record<string, number>> | undefined;

/** Resources by type after a create on a good day. */
function kindsOfCalm(): Promise<Record<string, number>> {
  calm ??= (async () => {
    const bench = await ClusterBench.open();
    try {
      await bench.create(await bench.plan(minimalSpec));
      return kindsOf(bench);
    } finally {
      await bench.close();
    }
  })();
  return calm;
}

function kindsOf(bench: ClusterBench): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { type } of bench.account.state().resources) kinds[type] = (kinds[type] ?? 0) + 1;
  return kinds;
}
