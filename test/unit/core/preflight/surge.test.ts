import assert from 'node:assert/strict';
import { managedSurge, selfManagedSurge } from '../../../../src/core/preflight/surge.ts';

describe('the nodes beside a group’s own while these are replaced', () => {
  it('are, of a managed group, the larger of twice its zones and what may be unavailable', () => {
    // The user guide's own example: five zones, one unavailable: 10; 20 unavailable: 20.
    assert.deepEqual(managedSurge(30, 5, { maxUnavailable: 1 }), { least: 5, most: 10 });
    assert.deepEqual(managedSurge(30, 5, { maxUnavailable: 20 }), { least: 5, most: 20 });
    assert.deepEqual(managedSurge(30, 5, {}), { least: 5, most: 10 });
    assert.deepEqual(managedSurge(30, 5, { maxUnavailablePercentage: 50 }), { least: 5, most: 15 });
  });

  it('are needed in zones with nodes alone', () => {
    assert.deepEqual(managedSurge(1, 3, {}), { least: 1, most: 6 });
    assert.deepEqual(managedSurge(0, 3, {}), { least: 0, most: 6 });
  });

  it('are, of a self-managed one, as many as keep its minimum in service', () => {
    assert.deepEqual(selfManagedSurge(2, 2, 1), { least: 0, most: 1 });
    assert.deepEqual(selfManagedSurge(3, 2, 1), { least: 0, most: 0 });
    assert.deepEqual(selfManagedSurge(1, 0, 1), { least: 0, most: 0 });
  });
});
