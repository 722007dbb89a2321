import assert from 'node:assert/strict';
import { accountProblems } from '../../../../src/core/plan/accountProblems.ts';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import type { AccountFacts, Plan, StepId } from '../../../../src/core/plan/plan.ts';
import { head, specGrid, specOf } from '../templates/specGrid.ts';

const today = '2026-11-21';
const account: AccountFacts = {
  accountId: '111122223333',
  partition: 'aws',
  region: 'eu-west-1',
  callerPrincipalArn: 'arn:aws:iam::111122223333:role/team/platform',
  zones: ['euw1-az1', 'euw1-az2', 'euw1-az3'].map((id, index) => ({ id, name: `eu-west-1${'cab'.charAt(index)}` })),
  versions: [
    { version: '1.36', support: 'standard', isDefault: true, standardUntil: '2027-08-02' },
    { version: '1.33', support: 'extended', isDefault: false },
  ],
};
const plan = (lines: string, facts?: AccountFacts) => buildPlan(specOf(lines), facts, today);
const codes = ({ warnings }: Plan) => warnings.map(({ code }) => code);
const parameter = ({ stacks }: Plan, id: string, name: string) =>
  stacks.find(stack => stack.id === id)?.parameters[name];

describe('a plan', () => {
  it('has the pipeline’s stacks and steps, each after what it needs', () => {
    const { stacks, steps } = plan('');
    assert.deepEqual(
      stacks.map(({ name }) => name.replace('private-eks-payments-', '')),
      [
        'permissions',
        'network',
        'endpoints',
        'logs',
        'cluster',
        'identity',
        'node-addons',
        'nodes-default',
        'workload-addons',
      ],
    );
    assert.deepEqual(Object.fromEntries(steps.map(({ id, needs }) => [id, needs])), {
      preflight: [],
      permissions: ['preflight'],
      network: ['preflight'],
      endpoints: ['network'],
      logs: ['preflight'],
      cluster: ['permissions', 'network', 'logs'],
      identity: ['cluster'],
      'node-addons': ['cluster'],
      'nodes-default': ['node-addons', 'identity', 'endpoints'],
      'workload-addons': ['nodes-default'],
      verify: ['workload-addons'],
    });
  });

  it('puts key, staging bucket and log group in only when they are wanted', () => {
    const staged = plan('staging: always\nencryption: {key: new}\nlogs: {types: []}\n');
    const needs = new Map(staged.steps.map(step => [step.id, step.needs]));
    assert.deepEqual(needs.get('staging'), ['preflight']);
    assert.deepEqual(needs.get('network'), ['staging']);
    // The key waits for the permissions, and the cluster for the key.
    assert.deepEqual(needs.get('cluster'), ['network', 'key']);
    assert.ok(!needs.has('logs'));
    assert.ok(staged.stacks.every(stack => stack.staged));
    assert.ok(plan('').stacks.every(stack => !stack.staged && stack.templateBytes < 51_200));
  });

  it('has steps that need nothing unplanned and never each other, for every spec of the grid', () => {
    for (const [, spec] of specGrid()) {
      const { steps, time } = buildPlan(spec, undefined, today);
      const done = new Set<StepId>();
      for (const { id, needs } of steps) {
        for (const need of needs) assert.ok(done.has(need), `${id} needs ${need}`);
        done.add(id);
      }
      assert.equal(time.criticalPath[0], 'preflight');
      assert.equal(time.criticalPath.at(-1), 'verify');
      const seconds = time.criticalPath.map(id => steps.find(step => step.id === id)?.usualSeconds.typical ?? 0);
      assert.equal(
        seconds.reduce((a, b) => a + b),
        time.totalSeconds,
      );
    }
  });

  it('takes about fourteen minutes, with the endpoints made in the control plane’s shadow', () => {
    const { time } = plan('');
    assert.ok(time.totalSeconds > 12 * 60 && time.totalSeconds < 16 * 60);
    assert.ok(!time.criticalPath.includes('endpoints'));
  });

  it('leaves zones and administrator open without an account, and says so', () => {
    const offline = plan('');
    assert.equal(offline.account, undefined);
    assert.deepEqual(parameter(offline, 'network', 'ZoneIds'), { from: 'account', fact: 'zones' });
    assert.deepEqual(parameter(offline, 'identity', 'AdminPrincipalArn'), {
      from: 'account',
      fact: 'callerPrincipalArn',
    });
    assert.deepEqual(codes(offline).slice(0, 2), ['zones-open', 'administrator-open']);
  });

  it('pins both with an account', () => {
    const online = plan('', account);
    assert.deepEqual(parameter(online, 'network', 'ZoneIds'), { from: 'literal', value: 'euw1-az1,euw1-az2,euw1-az3' });
    assert.deepEqual(parameter(online, 'identity', 'AdminPrincipalArn'), {
      from: 'literal',
      value: 'arn:aws:iam::111122223333:role/team/platform',
    });
    assert.ok(!codes(online).some(code => code.endsWith('-open')));
  });

  it('keeps zones and administrators that the spec names', () => {
    const named = plan(
      'network: {zones: [euw1-az3, euw1-az1]}\naccess: {administrators: ["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:user/b"]}\n',
      account,
    );
    assert.deepEqual(parameter(named, 'network', 'ZoneIds'), { from: 'literal', value: 'euw1-az3,euw1-az1' });
    assert.deepEqual(parameter(named, 'identity', 'AdminPrincipalArn2'), {
      from: 'literal',
      value: 'arn:aws:iam::111122223333:user/b',
    });
    assert.ok(codes(named).includes('caller-not-administrator'));
  });

  it('is the same hash for the same spec, however its file is ordered, and another for another', () => {
    const hash = (lines: string) => plan(lines).specHash;
    assert.match(hash(''), /^[0-9a-f]{64}$/);
    assert.equal(hash('staging: auto\ntags: {a: x, b: y}\n'), hash('tags: {b: y, a: x}\nnetwork: {zones: 3}\n'));
    assert.notEqual(hash(''), hash('network: {zones: 2}\n'));
  });

  it('is plain data: it survives being written and read', () => {
    for (const facts of [undefined, account]) {
      const one = plan('tags: {a: b}\nencryption: {key: new}\n', facts);
      const { account: _, ...rest } = one;
      assert.deepEqual(JSON.parse(JSON.stringify(one)), facts ? one : rest);
    }
  });
});

describe('the endpoints of a plan', () => {
  const services = (lines: string) => plan(lines).endpoints.map(({ service }) => service);

  it('follow the features, each with a reason and what it costs', () => {
    assert.deepEqual(services(''), ['ec2', 'ecr.api', 'ecr.dkr', 's3', 'eks-auth', 'ssm', 'ssmmessages']);
    for (const [feature, added] of [
      ['irsa', 'sts'],
      ['loadBalancers', 'elasticloadbalancing'],
      ['autoscaling', 'autoscaling'],
      ['containerLogs', 'logs'],
      ['metrics', 'monitoring'],
      ['secrets', 'secretsmanager'],
    ]) {
      assert.deepEqual(
        services(`features: {${feature}: true}\n`).filter(service => !services('').includes(service)),
        [added],
      );
    }
    for (const endpoint of plan('').endpoints) {
      assert.ok(endpoint.reason.length > 20 && endpoint.neededBy.length > 0);
      assert.equal(endpoint.monthlyUsd, endpoint.type === 'Gateway' ? 0 : 21.9);
    }
  });

  it('always have EC2 for the nodes, and S3 as a gateway only', () => {
    const bare = plan('features: {images: false, podIdentity: false, sessionManager: false}\n');
    assert.deepEqual(
      bare.endpoints.map(({ service }) => service),
      ['ec2'],
    );
    assert.ok(plan('').endpoints.every(({ service, type }) => (service === 's3') === (type === 'Gateway')));
  });
});

describe('the cost of a plan', () => {
  it('adds up and says whence it comes', () => {
    const { cost } = plan('');
    assert.deepEqual(
      cost.lines.map(({ item, monthlyUsd }) => [item, monthlyUsd]),
      [
        ['Control plane', 73],
        ['6 interface endpoints × 3 zones', 131.4],
        ['2 t3.medium nodes', 60.74],
        ['2 node disks', 6.4],
      ],
    );
    assert.equal(cost.monthlyUsd, 271.54);
    assert.match(cost.note, /us-east-1 list prices of 2026-11; eu-west-1 differs\. Not counted: /);
  });

  it('knows what two zones would save', () => {
    const { warnings } = plan('');
    const saving = warnings.find(({ code }) => code === 'two-zones-save');
    assert.match(saving?.message ?? '', /2 zones would save 44 USD a month/);
    assert.deepEqual(saving?.suggestion, {
      title: 'Use 2 zones (saves 44 USD a month)',
      path: 'network.zones',
      value: 2,
    });
    assert.equal(Math.round(plan('').cost.monthlyUsd - plan('network: {zones: 2}\n').cost.monthlyUsd), 44);
    assert.ok(!codes(plan('network: {zones: 2}\n')).includes('two-zones-save'));
  });

  it('says which nodes it cannot price instead of counting them as nothing', () => {
    const unknown = plan('nodes: {default: {instanceTypes: [x2iedn.xlarge]}}\n');
    assert.match(unknown.cost.note, /Not counted: the 2 x2iedn\.xlarge nodes, whose price is not known here/);
    assert.ok(codes(unknown).includes('price-unknown'));
    assert.ok(!unknown.cost.lines.some(({ item }) => item.includes('x2iedn')));
  });

  it('goes by the size within a family', () => {
    const hour = (type: string) => plan(`nodes: {default: {instanceTypes: [${type}]}}\n`).cost.lines[2]?.monthlyUsd;
    assert.equal(hour('m7g.xlarge'), Math.round(2 * 0.1632 * 730 * 100) / 100);
    assert.equal(hour('c7i.4xlarge'), Math.round(2 * 0.714 * 730 * 100) / 100);
  });
});

describe('the warnings of a plan', () => {
  it('are none but remarks for the defaults', () => {
    assert.ok(plan('', account).warnings.every(({ severity }) => severity === 'info'));
  });

  it('tell what extended support costs, and counts it', () => {
    const extended = plan('version: "1.33"\n');
    assert.match(
      extended.warnings[0]?.message ?? '',
      /extended support since 2026-07-29: 0\.50 USD an hour more, 365 a month/,
    );
    assert.deepEqual(extended.warnings[0]?.suggestion, { title: 'Use 1.36', path: 'version', value: '1.36' });
    assert.equal(extended.cost.lines[0]?.monthlyUsd, 438);
    assert.ok(codes(plan('version: "1.33"\n', account)).includes('extended-support'));
  });

  it('tell that standard support ends soon', () => {
    const soon = plan('version: "1.34"\n').warnings.find(({ code }) => code === 'support-ends-soon');
    assert.match(soon?.message ?? '', /ends on 2026-12-02, in 11 days/);
    assert.equal(buildPlan(specOf(''), undefined, '2027-06-01').warnings[0]?.code, 'support-ends-soon');
  });

  for (const [code, lines] of [
    ['no-images', 'features: {images: false}'],
    ['no-route', 'features: {sessionManager: false}'],
    ['no-pod-credentials', 'features: {podIdentity: false, secrets: true}'],
    ['few-addresses', 'network: {cidr: 10.1.0.0/24}\nnodes: {default: {instanceTypes: [m5.xlarge], maxSize: 9}}'],
    ['spot', 'nodes: {default: {capacity: spot}}'],
    ['one-node', 'nodes: {default: {minSize: 1, desiredSize: 1}}'],
    ['no-audit-log', 'logs: {types: [api]}'],
    ['key-for-good', 'encryption: {key: new}'],
    ['unprotected', 'deletionProtection: false'],
    ['endpoints-outweigh', ''],
  ] as const) {
    it(`tell ${code}, with the field to jump to, and not without reason`, () => {
      const found = plan(`${lines}\n`).warnings.find(warning => warning.code === code);
      assert.ok(found?.path);
      if (lines !== '') assert.ok(!codes(plan('')).includes(code));
    });
  }

  it('tell what the account cannot give', () => {
    const problems = (lines: string, facts: AccountFacts, start = head) =>
      accountProblems(specOf(lines, start), facts).map(({ code, path }) => [code, path]);
    assert.deepEqual(problems('', account), []);
    assert.deepEqual(problems('network: {zones: 4}\n', account), [['too-few-zones', 'network.zones']]);
    assert.deepEqual(problems('network: {zones: [euw1-az1, euw1-az4]}\n', account), [
      ['zone-not-offered', 'network.zones[1]'],
    ]);
    assert.deepEqual(problems('version: "1.35"\n', account), [['version-not-offered', 'version']]);
    assert.deepEqual(problems('', account, head.replace('eu-west-1', 'eu-west-2')), [['other-region', 'region']]);
  });
});
