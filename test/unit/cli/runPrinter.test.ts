import assert from 'node:assert/strict';
import { endText } from '../../../src/cli/liveLines.ts';
import { linePrinter } from '../../../src/cli/runPrinter.ts';
import type { RunEvent } from '../../../src/core/run/runEvent.ts';
import { runView } from '../../../src/core/run/runView.ts';

const cause = {
  code: 'not-verified',
  what: 'The public endpoint of demo is on.',
  fix: 'Switch it off.',
  evidence: [],
  retryable: true,
  resource: undefined,
  stackName: undefined,
  why: 'It is so.',
  awsMessage: undefined,
};
const events = (summary: string): RunEvent[] => [
  {
    type: 'run-started',
    seq: 1,
    at: 0,
    runId: 'update-demo',
    kind: 'update',
    cluster: 'demo',
    region: 'eu-west-1',
    accountId: '000000000000',
    profile: undefined,
    specPath: undefined,
    specHash: 'h',
    monthlyUsd: undefined,
    speed: 1,
    expectedSeconds: 0,
    steps: [{ id: 'verify', title: 'Verify', needs: [], usualSeconds: { low: 1, typical: 2, high: 3 } }],
  },
  { type: 'step-started', seq: 2, at: 0, step: 'verify', attempt: 1 },
  { type: 'failure', seq: 3, at: 1000, step: 'verify', cause },
  { type: 'step-finished', seq: 4, at: 1000, step: 'verify', outcome: 'failed', summary: cause.what },
  { type: 'run-finished', seq: 5, at: 1000, outcome: 'failed', summary, remaining: ['a VPC'] },
];

function printed(list: readonly RunEvent[]): string {
  let text = '';
  const io = { isTerminal: false, columns: () => 80, out: (more: string) => void (text += more) };
  const printer = linePrinter(
    {
      ...io,
      env: {},
      err: () => undefined,
      ask: () => Promise.resolve(''),
      input: () => Promise.resolve(''),
      onInterrupt: () => () => undefined,
    },
    false,
  );
  for (const event of list) printer.show(event, false);
  printer.close();
  return text;
}

describe('a failed run on the command line', () => {
  it('tells its failure once, whole, and that it has failed', () => {
    const lines = printed(events(cause.what)).split('\n');
    assert.equal(lines.filter(line => line.includes(cause.what)).length, 1);
    assert.deepEqual(lines.slice(-3), ['   0:01  Update demo: failed, as told above.', '  Stays: a VPC', '']);
  });

  it('ends in its own words where they are others', () => {
    assert.match(printed(events('Two of three stacks were changed.')), /0:01 {2}Two of three stacks were changed\.\n/);
  });

  it('ends so on a terminal, too', () => {
    const text = (summary: string) => endText(runView(events(summary), { live: true }));
    assert.equal(text(cause.what).split(cause.what).length, 2);
    assert.match(text('Two of three stacks were changed.'), /\nTwo of three stacks were changed\.\n/);
  });
});
