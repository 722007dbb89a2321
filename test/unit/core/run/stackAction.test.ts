import { StackStatus } from '@aws-sdk/client-cloudformation';
import assert from 'node:assert/strict';
import {
  handWork,
  stackAction,
  stuckAfterMs,
  type StackAction,
  type StackWish,
} from '../../../../src/core/run/stackAction.ts';

const wishes: readonly StackWish[] = ['repair', 'remake', 'change', 'remove'];
const statuses = Object.values(StackStatus);
/** Once such a stack was whole, and something may depend on it. */
const wasWhole = (status: string) => /^(UPDATE|IMPORT)_|^CREATE_COMPLETE$/.test(status);
/** What CloudFormation takes, by status. */
const takesUpdate = /^(CREATE|UPDATE|IMPORT)_COMPLETE$|^(UPDATE|IMPORT)_ROLLBACK_COMPLETE$|^(CREATE|UPDATE)_FAILED$/;
const takesDelete = /(_COMPLETE|_FAILED)$|^(CREATE|ROLLBACK|REVIEW)_IN_PROGRESS$/;

describe('what is done with a stack', () => {
  for (const status of statuses)
    for (const wish of wishes)
      it(`that is ${status} when a run wants to ${wish} it is something that CloudFormation takes, and that harms nothing`, () => {
        for (const quietMs of [0, stuckAfterMs]) {
          const action = stackAction({ status, quietMs }, wish);
          const allowed: Readonly<Record<StackAction, boolean>> = {
            make: status === 'DELETE_COMPLETE',
            gone: status === 'DELETE_COMPLETE',
            compare: takesUpdate.test(status) && !status.endsWith('FAILED'),
            update: takesUpdate.test(status),
            wait: status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS' && quietMs < stuckAfterMs,
            'roll-back': status === 'UPDATE_FAILED',
            'continue-rollback': status === 'UPDATE_ROLLBACK_FAILED',
            'cancel-update': status === 'UPDATE_IN_PROGRESS' && quietMs >= stuckAfterMs,
            replace: takesDelete.test(status) && !wasWhole(status) && wish !== 'remove',
            delete: takesDelete.test(status) && wish === 'remove',
            explain: handWork(status).length > 0,
          };
          assert.ok(allowed[action], `${status} × ${wish}: ${action}`);
          if (wish === 'remove') assert.ok(!['update', 'compare', 'make', 'replace'].includes(action));
        }
      });

  it('is always something, and a wait never when it has not moved for hours', () => {
    for (const status of statuses)
      for (const wish of wishes) assert.notEqual(stackAction({ status, quietMs: stuckAfterMs }, wish), 'wait');
    assert.equal(stackAction(undefined, 'repair'), 'make');
    assert.equal(stackAction(undefined, 'remove'), 'gone');
    assert.equal(stackAction({ status: 'SOMETHING_NEW' }, 'remove'), 'explain');
  });

  it('is never a deletion for the sake of a plan once the stack was whole', () => {
    for (const status of statuses.filter(wasWhole))
      for (const wish of ['repair', 'remake', 'change'] as const)
        assert.ok(!['replace', 'delete'].includes(stackAction({ status, quietMs: stuckAfterMs }, wish)), status);
  });
});
