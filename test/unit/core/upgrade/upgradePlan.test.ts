import assert from 'node:assert/strict';
import { upgradePlan, type UpgradeWish } from '../../../../src/core/upgrade/upgradePlan.ts';
import type { AddonFacts, GroupFacts, InsightFacts, UpgradeFacts } from '../../../../src/core/upgrade/upgradeFacts.ts';

const day = 86_400_000;
const group = (facts: Partial<GroupFacts> = {}): GroupFacts => ({
  name: 'default',
  kind: 'managed',
  version: '1.35',
  releaseVersion: '1.35.1-20261101',
  status: 'ACTIVE',
  ownImage: false,
  ...facts,
});
const addon = (name: string, facts: Partial<AddonFacts> = {}): AddonFacts => ({
  name,
  version: 'v1.1.0-eksbuild.1',
  status: 'ACTIVE',
  compatible: ['v1.1.0-eksbuild.1', 'v1.2.0-eksbuild.1'],
  compatibleNow: ['v1.0.0-eksbuild.1', 'v1.1.0-eksbuild.1'],
  defaultVersion: 'v1.2.0-eksbuild.1',
  pinned: false,
  ...facts,
});
const facts = (changes: Partial<UpgradeFacts> = {}): UpgradeFacts => ({
  name: 'demo',
  version: '1.35',
  status: 'ACTIVE',
  supportType: 'EXTENDED',
  autoMode: false,
  offered: [
    { version: '1.36', support: 'standard' },
    { version: '1.35', support: 'standard' },
    { version: '1.34', support: 'extended' },
  ],
  groups: [group()],
  addons: [addon('coredns'), addon('vpc-cni')],
  fargateProfiles: [],
  insights: [],
  lastUpgrade: undefined,
  stackVersion: '1.35',
  ...changes,
});
const up: UpgradeWish = { direction: 'up', force: false, now: 100 * day };
const back: UpgradeWish = { ...up, direction: 'back' };
const codes = (changes: Partial<UpgradeFacts>, wish: UpgradeWish) =>
  upgradePlan(facts(changes), wish).refusals.map(({ code }) => code);

describe('upgradePlan', () => {
  it('goes one minor up: control plane by its stack, add-ons by EKS’s default, then nodes', () => {
    const plan = upgradePlan(facts(), up);
    assert.deepEqual([plan.from, plan.to, plan.refusals], ['1.35', '1.36', []]);
    assert.deepEqual(
      plan.steps.map(({ id, way }) => `${id} ${way}`),
      ['control-plane stack', 'addon-vpc-cni api', 'addon-coredns api', 'nodes-default api'],
    );
    assert.match(plan.notes.join(), /7 days/);
  });

  it('finishes what is left where the control plane is there already', () => {
    const plan = upgradePlan(facts({ version: '1.36', stackVersion: '1.36' }), { ...up, to: '1.36' });
    assert.deepEqual(plan.refusals, []);
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['addon-vpc-cni', 'addon-coredns', 'nodes-default'],
    );
  });

  it('asks EKS itself where the stack says the version already, as after a rollback', () => {
    assert.equal(upgradePlan(facts({ stackVersion: '1.36' }), up).steps[0]?.way, 'api');
    assert.equal(upgradePlan(facts({ stackVersion: undefined }), up).steps[0]?.way, 'api');
  });

  it('goes back nodes first, add-ons only where they must, the control plane last', () => {
    const changes = {
      version: '1.36',
      groups: [group({ version: '1.36' }), group({ name: 'old' })],
      addons: [
        addon('vpc-cni'),
        addon('coredns', { compatible: ['v1.0.0-eksbuild.1'], defaultVersion: 'v1.0.0-eksbuild.1' }),
      ],
      lastUpgrade: { to: '1.36', at: 98 * day },
    };
    const plan = upgradePlan(facts(changes), back);
    assert.deepEqual(plan.refusals, []);
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['nodes-default', 'addon-coredns', 'control-plane'],
    );
    assert.equal(plan.steps.at(-1)?.way, 'api');
  });

  it('takes an add-on back after the control plane where no version runs with both', () => {
    const only = { compatible: ['v0.9.0-eksbuild.1'], defaultVersion: 'v0.9.0-eksbuild.1' };
    const changes = { version: '1.36', groups: [], addons: [addon('kube-proxy', only)] };
    const plan = upgradePlan(facts({ ...changes, lastUpgrade: { to: '1.36', at: 99 * day } }), back);
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['control-plane', 'addon-kube-proxy'],
    );
  });

  it('leaves an add-on that is newer than the default, and one that the spec holds', () => {
    const addons = [
      addon('coredns', { version: 'v1.10.0-eksbuild.1', compatible: ['v1.10.0-eksbuild.1', 'v1.2.0-eksbuild.1'] }),
      addon('vpc-cni', { pinned: true }),
    ];
    const plan = upgradePlan(facts({ addons }), up);
    assert.deepEqual(
      plan.steps.filter(({ kind }) => kind === 'addon'),
      [],
    );
    assert.match(plan.warnings.join(), /vpc-cni stays at/);
  });

  const refusals: readonly [string, Partial<UpgradeFacts>, UpgradeWish, string][] = [
    ['two minors', {}, { ...up, to: '1.37' }, 'one-minor'],
    ['an older version without --rollback', {}, { ...up, to: '1.34' }, 'version-older'],
    ['no version at all', {}, { ...up, to: 'latest' }, 'version-unknown'],
    ['what EKS does not offer', { version: '1.36' }, up, 'version-not-offered'],
    ['a cluster that is busy', { status: 'UPDATING' }, up, 'cluster-not-active'],
    ['a group that is busy', { groups: [group({ status: 'UPDATING' })] }, up, 'group-not-active'],
    [
      'an add-on whose update failed',
      { addons: [addon('coredns', { status: 'UPDATE_FAILED' })] },
      up,
      'addon-not-active',
    ],
    ['nodes four minors behind', { groups: [group({ version: '1.32' })] }, up, 'nodes-too-old'],
    [
      'an add-on that the spec holds too old',
      { addons: [addon('coredns', { pinned: true, compatible: ['v9'] })] },
      up,
      'addon-pinned',
    ],
    ['a rollback of what was made so', {}, back, 'created-at-version'],
    ['a rollback after eight days', { lastUpgrade: { to: '1.35', at: 91 * day } }, back, 'rollback-too-late'],
    [
      'a rollback into extended support under the standard policy',
      { lastUpgrade: { to: '1.35', at: 99 * day }, supportType: 'STANDARD' },
      back,
      'support-policy',
    ],
    [
      'a rollback under nodes of an own image that are newer',
      { lastUpgrade: { to: '1.35', at: 99 * day }, groups: [group({ ownImage: true })] },
      back,
      'nodes-newer',
    ],
  ];
  for (const [what, changes, wish, code] of refusals)
    it(`refuses ${what}`, () => assert.deepEqual(codes(changes, wish), [code]));

  it('takes three minors of skew, and two below 1.28', () => {
    assert.deepEqual(codes({ groups: [group({ version: '1.33' })] }, up), []);
    const old = { version: '1.26', offered: [{ version: '1.27', support: 'extended' as const }] };
    assert.deepEqual(codes({ ...old, groups: [group({ version: '1.24' })] }, up), ['nodes-too-old']);
    assert.deepEqual(codes({ ...old, groups: [group({ version: '1.25' })] }, up), []);
  });

  it('is stopped by an insight that says ERROR unless forced, warned by others, and names deprecated calls', () => {
    const insights = [
      {
        name: 'Deprecated APIs removed in Kubernetes v1.36',
        status: 'ERROR' as const,
        reason: 'used in the last 30 days',
        recommendation: undefined,
        deprecations: [
          {
            usage: '/apis/x/v1beta1/things',
            replacedWith: '/apis/x/v1/things',
            stopServing: '1.36',
            clients: ['argo/2'],
          },
        ],
        resources: ['/apis/x/v1beta1/namespaces/a/things/b'],
      },
      {
        name: 'Kubelet version skew',
        status: 'WARNING' as const,
        reason: 'one behind',
        recommendation: undefined,
        deprecations: [],
        resources: ['arn:aws:eks:eu-west-1:1:nodegroup/demo/old/9c'],
      },
    ];
    const plan = upgradePlan(facts({ insights }), up);
    assert.deepEqual(
      plan.refusals.map(({ code, byForce }) => [code, byForce]),
      [['insight-error', true]],
    );
    assert.match(
      plan.refusals[0]?.message ?? '',
      /not ready: Deprecated .* days\. About \/apis\/x\/v1beta1\/namespaces\/a\/things\/b\.$/,
    );
    assert.match(plan.warnings.join('\n'), /WARNING: Kubelet version skew: one behind\. About node group old\./);
    assert.deepEqual(plan.insights, insights);
    assert.match(plan.warnings.join('\n'), /v1beta1\/things is not served any more from 1\.36 on; use .*argo\/2/);
    const forced = upgradePlan(facts({ insights }), { ...up, force: true });
    assert.deepEqual(forced.refusals, []);
    assert.match(forced.warnings.join(), /ERROR: Deprecated APIs/);
  });

  it('lets a rollback begin whose own steps mend what EKS still finds wrong, and nothing else', () => {
    const insight = (name: string, resources: readonly string[]): InsightFacts => ({
      name,
      status: 'ERROR',
      reason: 'newer',
      recommendation: undefined,
      deprecations: [],
      resources,
    });
    const skew = (...resources: string[]) => insight('Kubelet version skew', resources);
    const lastUpgrade = { to: '1.36', at: 98 * day };
    const upgraded = { version: '1.36', groups: [group({ version: '1.36' })], addons: [], lastUpgrade };
    const mended = upgradePlan(
      facts({ ...upgraded, insights: [skew('arn:aws:eks:eu-west-1:1:nodegroup/demo/default/9c')] }),
      back,
    );
    assert.deepEqual(mended.refusals, []);
    assert.match(
      mended.warnings.join(),
      /ERROR: Kubelet version skew.*own steps mend that first; EKS then looks again/,
    );
    for (const [changes, what] of [
      [{ ...upgraded, groups: [], insights: [skew()] }, 'no step takes nodes back'],
      [{ ...upgraded, insights: [skew('/api/v1/nodes/fargate-ip-10-0-1-2')] }, 'Fargate'],
      [{ ...upgraded, insights: [insight('Cluster health issues', [])] }, 'another matter'],
      [{ ...upgraded, insights: [insight('kube-proxy version skew', [])] }, 'no step takes an add-on back'],
    ] as const)
      assert.deepEqual(codes(changes, back), ['insight-error'], what);
    const proxy = addon('kube-proxy', { compatible: ['v1.0.0-eksbuild.1'], defaultVersion: 'v1.0.0-eksbuild.1' });
    assert.deepEqual(
      codes({ ...upgraded, addons: [proxy], insights: [insight('kube-proxy version skew', [])] }, back),
      [],
    );
  });

  it('says until when an upgrade can be taken back', () => {
    const lastUpgrade = { to: '1.35', at: 98 * day };
    const up36 = upgradePlan(facts({ lastUpgrade }), up);
    const until = new Date(105 * day).toISOString();
    assert.equal(up36.rollbackUntil, until);
    assert.match(
      up36.notes.join(),
      /Until 1970-04-16 00:00 UTC the last upgrade, to 1\.35, could still be taken back; this one ends that/,
    );
    const down = upgradePlan(facts({ lastUpgrade }), back);
    assert.match(down.notes.join(), /was on 1970-04-09 00:00 UTC; it can be taken back until 1970-04-16 00:00 UTC/);
    for (const other of [undefined, { to: '', at: 98 * day }, { to: '1.35', at: 90 * day }])
      assert.equal(upgradePlan(facts({ lastUpgrade: other }), up).rollbackUntil, undefined);
  });
});
