import assert from 'node:assert/strict';
import { changeRunNeeds } from '../../../../src/core/access/changeRunNeeds.ts';
import type { ChangePlan, StackChangePlan } from '../../../../src/core/change/changePlan.ts';
import { foreseenChanges } from '../../../../src/core/change/foreseenChanges.ts';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import type { AccountFacts, Plan, StackId } from '../../../../src/core/plan/plan.ts';
import { changeScope } from '../../../../src/core/preflight/changeScope.ts';
import type { ChangeFacts } from '../../../../src/core/preflight/gatherChange.ts';
import { judgeChange } from '../../../../src/core/preflight/judgeChange.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';

const account: AccountFacts = {
  accountId: '111122223333',
  partition: 'aws',
  region: 'eu-west-1',
  callerPrincipalArn: 'arn:aws:iam::111122223333:role/platform',
  zones: [1, 2, 3].map(zone => ({ id: `euw1-az${zone}`, name: `eu-west-1${'abc'.charAt(zone - 1)}` })),
  versions: [{ version: '1.36', support: 'standard', isDefault: true, standardUntil: '2027-08-02' }],
  endpointZones: new Proxy({}, { get: () => ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] }),
};
const planOf = (lines = ''): Plan => {
  const { spec, problems } = parseSpec(
    `apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: eu-west-1\n${lines}`,
  );
  assert.ok(spec, JSON.stringify(problems));
  return buildPlan(spec, account, '2026-11-21');
};

/** As templates alone foresee it, from one spec to the other. */
function changesBetween(before: Plan, after: Plan, replaced: readonly StackId[] = []): ChangePlan {
  const stacks = after.stacks.map(({ id, name, template }): StackChangePlan => {
    const old = before.stacks.find(stack => stack.id === id)?.template;
    const isAnew = replaced.includes(id);
    const resources = foreseenChanges(isAnew ? undefined : old, template);
    const action = !old ? 'create' : isAnew ? 'replace' : resources.length > 0 ? 'update' : 'none';
    const common = { id, name, resources, from: 'templates', openParameters: [] } as const;
    return { ...common, action, stackId: old && `arn:${id}`, before: old, after: template };
  });
  const gone = before.stacks.filter(({ id }) => !after.stacks.some(stack => stack.id === id));
  const removals = gone.map(({ id, name, template }): StackChangePlan => {
    const common = { id, name, from: 'templates', openParameters: [], after: undefined } as const;
    return {
      ...common,
      action: 'delete',
      stackId: `arn:${id}`,
      before: template,
      resources: foreseenChanges(template, {}),
    };
  });
  return {
    cluster: 'demo',
    region: 'eu-west-1',
    accountId: account.accountId,
    specHash: after.specHash,
    stacks: [...stacks, ...removals],
    api: [],
    oneWay: [],
    replaced: [],
    refusals: [],
    notes: [],
    monthlyUsd: { before: undefined, after: 0 },
  };
}

const zero = { seen: 0 };
const sure = <T>(value: T | undefined): T => {
  assert.ok(value);
  return value;
};
const facts: ChangeFacts = {
  caller: {
    accountId: account.accountId,
    partition: 'aws',
    arn: 'arn:aws:sts::111122223333:assumed-role/platform/jane',
  },
  now: 0,
  credentialsEnd: undefined,
  stacks: { seen: [] },
  perhaps: new Set(),
  subnets: { seen: ['a', 'b', 'c'].map(zone => ({ id: `subnet-${zone}`, zone, cidr: '10.0.0.0/18', free: 4000 })) },
  quotas: {
    applied: { seen: new Map([['L-1216C47A', 64]]) },
    clusters: zero,
    vpcs: zero,
    gatewayEndpoints: zero,
    securityGroups: zero,
    interfaces: zero,
    vcpus: { seen: new Map([['L-1216C47A', 60]]) },
    vcpusOf: {
      seen: new Map([
        ['t3.medium', 2],
        ['m7i.large', 2],
        ['m7i.4xlarge', 16],
        ['inf2.xlarge', 4],
      ]),
    },
  },
};
const offered = (...types: string[]) => ({
  offered: { seen: new Set(types.flatMap(type => [1, 2, 3].map(zone => `${type} euw1-az${zone}`))) },
});
const judge = (
  before: string,
  after: string,
  more: Partial<ChangeFacts> = {},
  replaced: readonly StackId[] = [],
  findings: Plan['findings'] = [],
) => {
  const plan = { ...planOf(after), findings };
  const changes = changesBetween(planOf(before), plan, replaced);
  return judgeChange(changeScope(changes, plan), { ...facts, ...more }, { seconds: 600 });
};
const brief = (found: ReturnType<typeof judge>) => found.map(({ severity, code }) => `${severity} ${code}`);
const more = 'nodes:\n  default: {}\n  more: {}\n';

describe('judgeChange', () => {
  it('counts what comes beside what stands, and what a group gives back first', () => {
    assert.deepEqual(brief(judge('', more, offered('t3.medium', 'm7i.large'))), ['warning quota-exceeded']);
    const four = 'nodes:\n  default: { desiredSize: 5, maxSize: 5, instanceTypes: [m7i.large] }\n';
    const large = 'nodes:\n  default: { instanceTypes: [m7i.4xlarge] }\n';
    assert.deepEqual(brief(judge(four, large, offered('m7i.4xlarge'), ['nodes-default'])), ['error quota-exceeded']);
    const same = 'nodes:\n  default: { desiredSize: 5, maxSize: 5, instanceTypes: [t3.medium] }\n';
    assert.deepEqual(brief(judge(four, same, offered('t3.medium'), ['nodes-default'])), []);
    assert.deepEqual(brief(judge(four, '')), [], 'fewer nodes need nothing');
  });

  describe('of a group whose nodes are replaced', () => {
    const disk = 'nodes:\n  default: { diskGiB: 50 }\n';
    const used = (vcpus: number, applied = new Map([['L-1216C47A', 64]])): Partial<ChangeFacts> => ({
      quotas: { ...sure(facts.quotas), vcpus: { seen: new Map([['L-1216C47A', vcpus]]) }, applied: { seen: applied } },
    });

    it('counts the nodes that EKS starts before old ones go: one in each zone at least, two at most', () => {
      assert.deepEqual(judge('', disk, used(64 - 6 * 2)), [], 'room for two in each of three zones');
      const [slow, ...none] = judge('', disk, used(64 - 2 * 2));
      assert.deepEqual([slow?.severity, slow?.code, none], ['warning', 'quota-exceeded', []]);
      assert.match(slow?.message ?? '', /needs up to 12 while nodes are replaced, .* 64 are allowed\. 60 are in use/);
      assert.ok(slow?.evidence.includes('default: 2 to 6 new nodes of 2 vCPUs before old ones go'));
      const [stuck] = judge('', disk, used(61));
      assert.deepEqual([stuck?.severity, stuck?.code], ['error', 'quota-exceeded']);
      assert.match(stuck?.message ?? '', /needs 4 while nodes are replaced/);
    });

    it('counts what grows at once with them, and never the least of two groups twice', () => {
      const both = 'nodes:\n  default: { diskGiB: 50, desiredSize: 3 }\n  more: { diskGiB: 50 }\n';
      // One node more, and three new ones in three zones.
      assert.match(judge(more, both, used(57))[0]?.message ?? '', /needs 8 while nodes are replaced/);
      assert.deepEqual(brief(judge(more, both, used(56))), ['warning quota-exceeded']);
    });

    it('says nothing where the limit is a guess, or nothing is replaced', () => {
      assert.deepEqual(judge('', disk, used(64, new Map())), []);
      assert.deepEqual(judge('', 'nodes:\n  default: { labels: { a: b } }\n', used(64)), []);
      const anew = judge('', disk, used(64), ['nodes-default']);
      assert.deepEqual(anew, [], 'a group that is made anew ends first');
    });

    it('counts what CloudFormation starts to keep a self-managed group’s minimum in service', () => {
      const group = (more: string) => `nodes:\n  default: { kind: self-managed, minSize: 2, ${more} }\n`;
      const found = judge(group('desiredSize: 2'), group('desiredSize: 2, diskGiB: 50'), used(63));
      assert.deepEqual(brief(found), ['warning quota-exceeded']);
      assert.match(found[0]?.message ?? '', /needs up to 2 while nodes are replaced/);
      assert.deepEqual(judge(group('desiredSize: 3'), group('desiredSize: 3, diskGiB: 50'), used(63)), []);
    });

    it('looks for their addresses', () => {
      const subnets = (free: number) => ({
        subnets: { seen: ['a', 'b', 'c'].map(zone => ({ id: zone, zone, cidr: '10.0.0.0/24', free })) },
      });
      const found = judge('', disk, { ...used(0), ...subnets(0) });
      assert.ok(found.every(({ code, severity }) => code === 'subnet-no-room' && severity === 'error'));
      assert.equal(found.length, 3);
      // Two nodes of 18 in each zone.
      assert.deepEqual(brief(judge('', disk, { ...used(0), ...subnets(35) }))[0], 'warning room-for-pods');
      assert.deepEqual(judge('', disk, { ...used(0), ...subnets(36) }), []);
    });
  });

  it('looks for the first addresses of Auto Mode’s nodes and of a pod on Fargate, when these come', () => {
    const subnets = (free: number): Partial<ChangeFacts> => ({
      subnets: { seen: [{ id: 'subnet-a', zone: 'a', cidr: '10.0.0.0/24', free }] },
    });
    const group = 'nodes:\n  default: {}\n';
    const room = (after: string, free: number, before = group) =>
      judge(before, after, { ...offered('t3.medium'), ...subnets(free) })
        .filter(({ code }) => code.includes('room'))
        .map(({ severity, specPath }) => `${severity} ${specPath}`);
    const auto = `${group}autoMode: {}\n`;
    assert.deepEqual(room(auto, 16), ['warning autoMode']);
    assert.deepEqual(room(auto, 17), []);
    assert.deepEqual(room(`${auto}logs: { types: [api] }\n`, 0, auto), [], 'it was on');
    const profile = (name: string) => `${name}: { selectors: [{ namespace: ${name} }] }`;
    const fargate = `${group}fargate: { ${profile('apps')} }\n`;
    const two = `${group}fargate: { ${profile('apps')}, ${profile('jobs')} }\n`;
    assert.deepEqual(room(two, 0, fargate), ['warning fargate']);
    assert.deepEqual(room(two, 1, fargate), []);
    // The first profile brings an endpoint, too.
    assert.deepEqual(room(fargate, 1), ['warning endpoints']);
    assert.deepEqual(room(fargate, 2), []);
    const refused = judge(group, auto, { subnets: { refused: 'no' } });
    assert.ok(refused.some(({ code, specPath }) => code === 'not-looked-at' && specPath === 'autoMode'));
  });

  it('never takes room for enough that nobody can reckon', () => {
    const found = judge(
      '',
      'nodes:\n  default: {}\n  chips: { instanceTypes: [inf2.xlarge], maxSize: 2 }\n',
      offered('inf2.xlarge'),
    );
    assert.ok(
      found.some(
        ({ severity, code, message }) =>
          severity === 'unknown' && code === 'room-unknown' && /inf2\.xlarge/.test(message),
      ),
    );
    const none = judge('', more, { ...offered('t3.medium', 'm7i.large'), subnets: { seen: [] } });
    assert.match(none.find(({ code }) => code === 'room-unknown')?.message ?? '', /subnets were not found/);
    const refused = judge('', more, { ...offered('t3.medium', 'm7i.large'), subnets: { refused: 'no' } });
    assert.ok(brief(refused).includes('unknown not-looked-at'));
  });

  it('holds up for defects of an existing network what comes into it, and not what stays', () => {
    const defect = {
      severity: 'error',
      code: 'no-route-to-s3',
      resource: 'rtb-1',
      attribute: 'routes',
      seen: 'none',
      wanted: 'a gateway',
      why: 'Images come from there.',
      fix: 'Add it.',
    } as unknown as Plan['findings'][number];
    assert.deepEqual(
      brief(judge('', more, offered('t3.medium', 'm7i.large'), [], [defect]))[0],
      'error no-route-to-s3',
    );
    assert.deepEqual(
      brief(judge('', 'nodes:\n  default: { maxSize: 5 }\n', {}, [], [defect])).filter(text => text.includes('s3')),
      [],
    );
  });
});

describe('changeRunNeeds', () => {
  const asked = (before: string, after: string, replaced: readonly StackId[] = []) => {
    const plan = planOf(after);
    const { needs, perhaps } = changeRunNeeds(changesBetween(planOf(before), plan, replaced), plan);
    const all = needs.flatMap(({ statement }) => statement.Action);
    return { sure: all.filter(action => !perhaps.has(action)), perhaps: [...perhaps] };
  };

  it('asks for what an update makes, changes and removes, and for nothing else', () => {
    const grown = asked('', 'nodes:\n  default: { maxSize: 6 }\n').sure;
    assert.deepEqual(grown.sort(), [
      'cloudformation:CreateChangeSet',
      'cloudformation:DescribeChangeSet',
      'cloudformation:DescribeStackEvents',
      'cloudformation:ExecuteChangeSet',
      'cloudformation:GetTemplate',
      'eks:UpdateNodegroupConfig',
    ]);
    const made = asked('', more).sure;
    for (const action of ['cloudformation:CreateStack', 'eks:CreateNodegroup', 'iam:PassRole', 'ec2:RunInstances'])
      assert.ok(made.includes(action), action);
    assert.ok(!made.some(action => /:Delete|CreateVpc|CreateCluster|UpdateNodegroup/.test(action)), made.join());
    const gone = asked(more, '').sure;
    for (const action of ['cloudformation:DeleteStack', 'eks:DeleteNodegroup'])
      assert.ok(gone.includes(action), action);
    assert.ok(!gone.some(action => /:(Create|Run|Update)/.test(action)), gone.join());
    const anew = asked('', 'nodes:\n  default: { instanceTypes: [m7i.large] }\n', ['nodes-default']).sure;
    for (const action of ['eks:CreateNodegroup', 'eks:DeleteNodegroup']) assert.ok(anew.includes(action), action);
  });

  it('asks for what properties of a changed stack’s resources need, too', () => {
    const role = asked('', 'features: { ebs: true }\n').sure;
    for (const action of ['eks:CreateAddon', 'eks:CreatePodIdentityAssociation', 'iam:PassRole', 'iam:GetRole'])
      assert.ok(role.includes(action), action);
    assert.ok(!role.some(action => /:(Delete|Update)Pod/.test(action)), role.join());
    const gone = asked('features: { ebs: true }\n', '').sure;
    assert.ok(gone.includes('eks:DeletePodIdentityAssociation'), gone.join());
    const none = asked('features: { ebs: true }\n', 'features: { ebs: true }\nlogs: { types: [api] }\n');
    assert.ok(![...none.sure, ...none.perhaps].some(action => /PodIdentity/.test(action)));
    const auto = asked('', 'autoMode: {}\n').sure;
    assert.ok(auto.includes('eks:CreateAccessEntry'), auto.join());
  });

  it('tells apart what is needed only perhaps', () => {
    const { perhaps } = asked('', 'nodes:\n  default: { maxSize: 6 }\n');
    for (const action of [
      'cloudformation:RollbackStack',
      'cloudformation:DeleteChangeSet',
      'eks:UpdateNodegroupVersion',
    ])
      assert.ok(perhaps.includes(action), action);
    assert.ok(!perhaps.includes('eks:DeleteNodegroup'));
  });
});
