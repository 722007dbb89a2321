import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/sandbox/kubernetes/clusterObjects.ts';
import { kindOf } from '../../../../src/sandbox/kubernetes/kinds.ts';
import { fieldSelector, labelSelector, workloadSelector } from '../../../../src/sandbox/kubernetes/selectors.ts';

const pod = (labels: Record<string, string>, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'one', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '', labels },
  ...more,
});

describe('label selector', () => {
  const labels = { app: 'web', tier: 'front', size: '3' };
  const rows: [selector: string, matches: boolean][] = [
    ['', true],
    ['app=web', true],
    ['app==web', true],
    ['app=db', false],
    ['app!=db', true],
    ['app!=web', false],
    ['other!=x', true],
    ['app', true],
    ['!app', false],
    ['!other', true],
    ['app in (db, web)', true],
    ['app in (db)', false],
    ['app notin (db,web)', false],
    ['other notin (db)', true],
    ['app=web,tier=front', true],
    ['app in (web),tier=back', false],
    ['size>2', true],
    ['size<3', false],
    ['in=1', false],
  ];
  for (const [selector, matches] of rows)
    it(`${JSON.stringify(selector)} ${matches ? 'matches' : 'does not match'}`, () =>
      assert.equal(labelSelector(selector)(pod(labels)), matches));
  it('refuses what it cannot read', () => assert.throws(() => labelSelector('app ~ web'), { code: 400 }));

  it('of a workload takes both forms', () => {
    const selector = {
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['front'] },
        { key: 'old', operator: 'DoesNotExist' },
      ],
    };
    assert.ok(workloadSelector(selector)(labels));
    assert.ok(!workloadSelector(selector)({ app: 'web' }));
  });
});

describe('field selector', () => {
  const pods = kindOf('pods') ?? assert.fail();
  const one = pod({}, { spec: { nodeName: 'n1' }, status: { phase: 'Running' } });
  const rows: [selector: string, matches: boolean][] = [
    ['metadata.name=one', true],
    ['metadata.namespace!=default', false],
    ['spec.nodeName=n1,status.phase!=Failed', true],
    ['spec.nodeName=', false],
    ['spec.hostNetwork=false', true],
  ];
  for (const [selector, matches] of rows) it(selector, () => assert.equal(fieldSelector(pods, selector)(one), matches));

  it('refuses fields that Kubernetes does not select by', () =>
    assert.throws(() => fieldSelector(pods, 'spec.containers=1'), {
      code: 400,
      message: 'field label not supported: spec.containers',
    }));

  it('knows what an event is about', () => {
    const events = kindOf('events') ?? assert.fail();
    const event = pod({}, { involvedObject: { kind: 'Pod', name: 'one' }, source: { component: 'kubelet' } });
    assert.ok(fieldSelector(events, 'involvedObject.kind=Pod,involvedObject.name=one,source=kubelet')(event));
  });
});
