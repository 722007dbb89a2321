import assert from 'node:assert/strict';
import type { DriftReport } from '../../../src/core/drift/driftReport.ts';
import { driftDocument } from '../../../src/editor/commands/driftDocument.ts';

const still: DriftReport = { cluster: 'payments', drifted: false, stacks: [], findings: [], quiet: [] };
const group = { logicalId: 'LogGroup', physicalId: '/aws/eks/payments/cluster', type: 'AWS::Logs::LogGroup' };

describe('the page about drift', () => {
  it('parts what no stack made from what is not as it was made, and says what an update does not do', () => {
    const page = driftDocument({
      ...still,
      drifted: true,
      stacks: [
        {
          name: 'private-eks-payments-logs',
          notChecked: undefined,
          resources: [
            { ...group, deleted: false, differences: [{ path: '/RetentionInDays', expected: '30', actual: '7' }] },
          ],
        },
      ],
      findings: [{ code: 'security-group-rule', resource: 'sgr-1', words: 'sgr-1 lets in; no stack made it.' }],
    });
    assert.match(page, /## Nobody’s stack made this\n\n- sgr-1 lets in; no stack made it\./);
    assert.match(page, /## Not as its stack made it\n\n- .*RetentionInDays is 7 and should be 30\./);
    assert.match(page, /## What to do\n\nAn update changes only what its spec changes/);
    assert.doesNotMatch(page, /Not looked at|Not counted/);
  });

  it('names what could not be looked at, and promises nothing of it', () => {
    const stacks = [
      { name: 'a', notChecked: 'not permitted', resources: [] },
      { name: 'b', notChecked: undefined, resources: [] },
    ];
    const page = driftDocument({ ...still, stacks, quiet: [{ resource: 'r', path: '/P', reason: 'the autoscaler' }] });
    assert.match(page, /No drift was found in the 1 of 2 stacks that could be looked at\./);
    assert.match(page, /## Not looked at\n\n- a: not permitted/);
    assert.match(page, /- r\/P: the autoscaler/);
    assert.doesNotMatch(page, /What to do/);
  });
});
