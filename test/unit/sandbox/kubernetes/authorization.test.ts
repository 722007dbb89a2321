import assert from 'node:assert/strict';
import type { User } from '../../../../src/sandbox/kubernetes/authentication.ts';
import { isAllowed, refusal, type Action } from '../../../../src/sandbox/kubernetes/authorization.ts';
import { accessPolicyRules } from '../../../../src/sandbox/kubernetes/builtInRoles.ts';
import { testCluster } from '../../../sandbox/kubernetes/support/testCluster.ts';

const user = (policy?: string, namespaces?: string[], groups: string[] = []): User => ({
  name: 'ann',
  groups: [...groups, 'system:authenticated'],
  extra: {},
  grants: policy ? [{ rules: accessPolicyRules[policy] ?? assert.fail(policy), namespaces }] : [],
});

/** `verb resource[.group] [namespace] [name]`, or `verb /path`. */
function action(text: string): Action {
  const [verb = '', target = '', namespace, name = ''] = text.split(' ');
  if (target.startsWith('/')) return { verb, group: '', resource: '', namespace: undefined, name: '', path: target };
  const [resource = '', ...group] = target.split('.');
  return { verb, resource, group: group.join('.'), namespace, name };
}

describe('EKS access policies', () => {
  const { store } = testCluster();
  const rows: [policy: string, allowed: string[], refused: string[]][] = [
    ['AmazonEKSClusterAdminPolicy', ['delete nodes', 'create roles.rbac.authorization.k8s.io a', 'get /metrics'], []],
    [
      'AmazonEKSAdminPolicy',
      ['create rolebindings.rbac.authorization.k8s.io a', 'get secrets a', 'delete deployments.apps a'],
      ['get nodes', 'create clusterroles.rbac.authorization.k8s.io', 'delete namespaces a'],
    ],
    [
      'AmazonEKSAdminViewPolicy',
      ['list secrets a', 'watch nodes', 'get clusterroles.rbac.authorization.k8s.io'],
      ['create pods a', 'delete secrets a'],
    ],
    [
      'AmazonEKSEditPolicy',
      [
        'create secrets a',
        'patch deployments/scale.apps a',
        'create pods/exec a',
        'update leases.coordination.k8s.io a',
      ],
      ['create roles.rbac.authorization.k8s.io a', 'list nodes', 'create namespaces'],
    ],
    [
      'AmazonEKSViewPolicy',
      ['list pods a', 'get pods/log a', 'watch deployments.apps a', 'get namespaces'],
      ['get secrets a', 'create pods a', 'create pods/exec a'],
    ],
    ['AmazonEKSSecretReaderPolicy', ['get secrets a'], ['get pods a', 'update secrets a']],
  ];
  for (const [policy, allowed, refused] of rows)
    it(policy, () => {
      for (const text of allowed) assert.ok(isAllowed(store, user(policy), action(text)), text);
      for (const text of refused) assert.ok(!isAllowed(store, user(policy), action(text)), text);
    });

  it('hold in their namespaces only, which may be patterns', () => {
    const some = user('AmazonEKSViewPolicy', ['team', 'dev-*']);
    for (const namespace of ['team', 'dev-1', 'dev-'])
      assert.ok(isAllowed(store, some, action(`list pods ${namespace}`)), namespace);
    for (const namespace of ['teams', 'adev-1', 'default'])
      assert.ok(!isAllowed(store, some, action(`list pods ${namespace}`)), namespace);
    assert.ok(!isAllowed(store, some, action('list pods')), 'all namespaces');
  });
});

describe('RBAC', () => {
  it('lets everybody that has a name discover and ask about itself, and nothing else', () => {
    const { store } = testCluster();
    for (const text of [
      'get /apis/apps/v1',
      'get /version',
      'get /openapi/v3/api/v1',
      'create selfsubjectaccessreviews.authorization.k8s.io',
    ]) {
      const asked = action(text);
      assert.ok(isAllowed(store, user(), asked.path ? asked : { ...asked, group: 'authorization.k8s.io' }), text);
    }
    assert.ok(!isAllowed(store, user(), action('get pods default')));
    assert.ok(!isAllowed(store, { ...user(), groups: ['system:unauthenticated'] }, action('get /version')));
  });

  it('follows bindings to users, groups and both kinds of role, by name and namespace', () => {
    const { store } = testCluster();
    const api = 'rbac.authorization.k8s.io';
    const rules = [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'], resourceNames: ['one'] },
      { apiGroups: ['*'], resources: ['*/status'], verbs: ['patch'] },
    ];
    store.put('roles', { apiVersion: `${api}/v1`, kind: 'Role', metadata: { name: 'r', namespace: 'team' }, rules });
    const binding = (name: string, subject: object, kind: string, role: string) => ({
      apiVersion: `${api}/v1`,
      kind: 'RoleBinding',
      metadata: { name, namespace: 'team' },
      roleRef: { apiGroup: api, kind, name: role },
      subjects: [subject],
    });
    store.put('rolebindings', binding('a', { kind: 'User', name: 'ann' }, 'Role', 'r'));
    store.put('rolebindings', binding('b', { kind: 'Group', name: 'blue' }, 'ClusterRole', 'edit'));
    const allowed = (text: string, groups: string[] = []) =>
      isAllowed(store, user(undefined, undefined, groups), action(text));
    assert.ok(allowed('get pods team one') && allowed('patch pods/status team'));
    assert.ok(!allowed('get pods team two') && !allowed('get pods default one') && !allowed('delete pods team one'));
    assert.ok(allowed('delete pods team one', ['blue']) && !allowed('delete pods default one', ['blue']));
    assert.ok(allowed('delete nodes', ['system:masters']));
  });

  it('refuses in Kubernetes’ words', () => {
    assert.equal(
      refusal(user(), action('list pods default')),
      'User "ann" cannot list resource "pods" in API group "" in the namespace "default"',
    );
    assert.equal(
      refusal(user(), action('get nodes')),
      'User "ann" cannot get resource "nodes" in API group "" at the cluster scope',
    );
    assert.equal(refusal(user(), action('get /metrics')), 'User "ann" cannot get path "/metrics"');
  });
});
