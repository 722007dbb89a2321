import fc from 'fast-check';
import assert from 'node:assert/strict';
import { carryOnCommand } from '../../../../src/core/run/carryOnCommand.ts';
import { failureCause } from '../../../../src/core/run/failureCause.ts';
import type { RunEvent, RunEventBody, RunKind, RunStarted } from '../../../../src/core/run/runEvent.ts';
import { canCarryOn, runOutlook, type RunOffer } from '../../../../src/core/run/runOutlook.ts';
import { runView, type RunView } from '../../../../src/core/run/runView.ts';

const hour = 3_600_000;
const failure: RunEventBody = {
  type: 'failure',
  step: 'network',
  cause: failureCause({ code: 'c', what: 'w', why: '', fix: '' }),
};
const ends = {
  done: [{ type: 'run-finished', outcome: 'done', summary: 's' }],
  failed: [failure, { type: 'run-finished', outcome: 'failed', summary: 's' }],
  cancelled: [{ type: 'run-finished', outcome: 'cancelled', summary: 's' }],
  interrupted: [],
  running: [],
  'given up': [{ type: 'run-finished', outcome: 'cancelled', summary: 's', givenUp: true, givenUpAt: 50 * hour }],
  'given up, nobody knows when': [{ type: 'run-finished', outcome: 'cancelled', summary: 's', givenUp: true }],
} satisfies Record<string, RunEventBody[]>;
type End = keyof typeof ends;
interface Other extends Partial<Pick<RunStarted, 'cluster' | 'region' | 'accountId' | 'specPath'>> {
  /** Steps that take an update back. */
  readonly rollback?: boolean;
}

/** It begins at so many hours. */
function run(kind: RunKind, end: End, at = 1, { rollback = false, ...other }: Other = {}): RunView {
  const usualSeconds = { low: 1, typical: 2, high: 3 };
  const id = rollback ? 'rollback-network' : 'network';
  const started: RunEventBody = {
    type: 'run-started',
    runId: `${kind}-demo-${at}`,
    kind,
    cluster: 'demo',
    region: 'eu-west-1',
    accountId: '0',
    profile: undefined,
    specPath: kind === 'delete' ? undefined : '/demo file.yaml',
    specHash: undefined,
    steps: [{ id, title: 'Network', needs: [], usualSeconds }],
    expectedSeconds: 100,
    monthlyUsd: undefined,
    speed: 1,
    ...other,
  };
  const events = [started, ...ends[end]].map((body, index): RunEvent => ({ ...body, seq: index + 1, at: at * hour }));
  return runView(events, { live: end === 'running' });
}

describe('what can be done with a run', () => {
  it('is, while nothing else is known, what its kind and its end say', () => {
    const table: readonly (readonly [RunKind, End, readonly RunOffer[]])[] = [
      ['create', 'running', []],
      ['create', 'done', ['connect']],
      ['create', 'failed', ['retry', 'delete']],
      ['create', 'cancelled', ['resume', 'delete']],
      ['create', 'interrupted', ['resume', 'delete']],
      ['update', 'done', ['connect']],
      ['update', 'failed', ['retry', 'roll-back']],
      ['update', 'cancelled', ['resume']],
      ['update', 'interrupted', ['resume']],
      ['upgrade', 'failed', ['retry']],
      ['upgrade', 'interrupted', ['resume']],
      ['delete', 'running', []],
      ['delete', 'done', []],
      ['delete', 'failed', ['retry']],
      ['delete', 'cancelled', ['resume']],
    ];
    for (const [kind, end, offers] of table)
      assert.deepEqual(runOutlook(run(kind, end)), { offers, past: undefined }, `${kind} ${end}`);
    assert.deepEqual(runOutlook(run('update', 'failed', 1, { rollback: true })).offers, ['retry']);
  });

  it('is nothing once another run of its cluster came later; the last of these is named', () => {
    for (const end of ['failed', 'cancelled', 'interrupted', 'given up'] as const) {
      const first = run('update', end);
      const runs = [run('upgrade', 'done', 3), first, run('update', 'failed', 2), run('create', 'done', 0.5)];
      assert.deepEqual(runOutlook(first, { runs }), { offers: [], past: 'Superseded by upgrade-demo-3.' }, end);
    }
    const first = run('create', 'failed');
    for (const other of [{ cluster: 'other' }, { region: 'eu-west-2' }, { accountId: '1' }])
      assert.ok(canCarryOn(runOutlook(first, { runs: [run('create', 'done', 2, other)] })), JSON.stringify(other));
  });

  it('is the same that is carried on by the command line of two that began at once: one of them', () => {
    const pair = [run('create', 'failed', 1), run('upgrade', 'failed', 1)];
    assert.deepEqual(
      pair.map(one => canCarryOn(runOutlook(one, { runs: pair }))),
      [false, true],
    );
  });

  it('is nothing once the cluster was deleted; a run that was done does not connect any more, either', () => {
    const runs = [run('delete', 'done', 2)];
    assert.deepEqual(runOutlook(run('create', 'failed'), { runs }), {
      offers: [],
      past: 'Deleted since, by delete-demo-2.',
    });
    assert.deepEqual(runOutlook(run('upgrade', 'done'), { runs }), { offers: [], past: undefined });
    assert.deepEqual(runOutlook(run('create', 'done'), { runs: [run('delete', 'failed', 2)] }).offers, ['connect']);
  });

  it('is nothing for a change of a cluster that AWS does not know any more; a create and a delete go on', () => {
    const gone = { clusterIsGone: true };
    const past = 'There is no cluster demo in eu-west-1 any more.';
    assert.deepEqual(runOutlook(run('update', 'failed'), gone), { offers: [], past });
    assert.deepEqual(runOutlook(run('upgrade', 'interrupted'), gone), { offers: [], past });
    assert.deepEqual(runOutlook(run('create', 'done'), gone).offers, []);
    assert.deepEqual(runOutlook(run('create', 'failed'), gone).offers, ['retry', 'delete']);
    assert.deepEqual(runOutlook(run('delete', 'interrupted'), gone).offers, ['resume']);
  });

  it('is nothing once it was given up, and when that was is said', () => {
    assert.deepEqual(runOutlook(run('update', 'given up')), {
      offers: [],
      past: 'Given up on 1970-01-03 02:00 UTC. Begin a new update: it is made from what is there.',
    });
    assert.equal(
      runOutlook(run('upgrade', 'given up, nobody knows when')).past,
      'Given up. Begin a new upgrade: it is made from what is there.',
    );
  });

  it('needs the file that a create or an update was begun from', () => {
    const none = { specPath: undefined };
    const past = 'It was begun without a file, so it cannot be carried on.';
    assert.deepEqual(runOutlook(run('create', 'failed', 1, none)), { offers: ['delete'], past });
    assert.deepEqual(runOutlook(run('update', 'interrupted', 1, none)), { offers: [], past });
    assert.deepEqual(runOutlook(run('upgrade', 'failed', 1, none)).offers, ['retry']);
  });

  it('is always a way on, or a reason why there is none, for what ended before its time', () => {
    const views = fc
      .array(
        fc.record({
          kind: fc.constantFrom<RunKind>('create', 'update', 'upgrade', 'delete'),
          end: fc.constantFrom(...(Object.keys(ends) as End[])),
          cluster: fc.constantFrom('demo', 'other'),
        }),
        { minLength: 1, maxLength: 6 },
      )
      .map(all => all.map(({ kind, end, cluster }, index) => run(kind, end, index + 1, { cluster })));
    fc.assert(
      fc.property(views, fc.boolean(), (runs, clusterIsGone) => {
        for (const view of runs) {
          const outlook = runOutlook(view, { runs, clusterIsGone });
          const isOpen = ['failed', 'cancelled', 'interrupted'].includes(view.status);
          assert.equal(canCarryOn(outlook), isOpen && outlook.past === undefined);
        }
        // At most the last of each cluster.
        for (const name of ['demo', 'other']) {
          const open = runs.filter(
            view => view.cluster === name && canCarryOn(runOutlook(view, { runs, clusterIsGone })),
          );
          assert.ok(open.length <= 1);
        }
      }),
    );
  });

  it('is carried on by a command that can be pasted', () => {
    assert.deepEqual(
      [
        run('create', 'failed'),
        run('update', 'failed', 1, { specPath: '/demo.yaml' }),
        run('update', 'failed', 1, { rollback: true }),
        run('upgrade', 'cancelled'),
        run('delete', 'failed'),
      ].map(carryOnCommand),
      [
        "private-eks create -f '/demo file.yaml' --resume",
        'private-eks update -f /demo.yaml --resume',
        "private-eks update -f '/demo file.yaml' --rollback",
        'private-eks upgrade demo --resume',
        'private-eks delete demo',
      ],
    );
  });
});
