import assert from 'node:assert/strict';
import { subjectOfStep } from '../../../../src/core/run/explainSlowness.ts';
import { slowText } from '../../../../src/core/run/slowText.ts';

describe('why a step is slow', () => {
  it('is looked for where the step works', () => {
    const subjects = {
      network: 'network',
      'nodes-web': 'nodes-web',
      'delete-nodes-web': 'nodes-web',
      'rollback-endpoints': 'endpoints',
      'control-plane': 'cluster',
      key: 'key',
    };
    for (const [step, stack] of Object.entries(subjects))
      assert.deepEqual(subjectOfStep(step), { stack, byStack: true }, step);
  });

  it('is looked for at EKS where no stack knows of it', () => {
    assert.deepEqual(subjectOfStep('encryption'), { stack: 'cluster', byStack: false });
    assert.deepEqual(subjectOfStep('addon-coredns'), { stack: 'node-addons', byStack: false });
  });

  it('is not looked for in a stack that never was', () => {
    for (const step of ['preflight', 'readiness', 'staging', 'verify', 'proof', 'log-group', 'interfaces'])
      assert.equal(subjectOfStep(step), undefined, step);
  });

  it('is said in one line', () => {
    const event = { type: 'slow', seq: 1, at: 0, step: 'nodes-default', evidence: [] } as const;
    const usualSeconds = { low: 120, typical: 180, high: 240 };
    assert.equal(
      slowText({ ...event, waitedSeconds: 540, usualSeconds, waitingFor: '2 of 2 nodes to join' }),
      'takes longer than usual (9 min, usually 2 to 4 min); waits for 2 of 2 nodes to join',
    );
  });
});
