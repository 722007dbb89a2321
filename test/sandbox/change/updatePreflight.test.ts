import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import assert from 'node:assert/strict';
import type { ChangePlan } from '../../../src/core/change/changePlan.ts';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import type { PreflightFinding } from '../../../src/core/preflight/preflightFinding.ts';
import type { OwnRun, RunHandle } from '../../../src/core/run/runProcess.ts';
import { lookBeforeUpdate, resumeUpdate, startUpdate } from '../../../src/core/run/updateRun.ts';
import { setServiceControlPolicy } from '../../../src/sandbox/services/iam/serviceControlPolicies.ts';
import { setQuota } from '../../../src/sandbox/services/serviceQuotas.ts';
import { ClusterBench, failureOf, minimalSpec, region, stepOutcomes } from '../support/clusterRun.ts';

const nodes = (groups: string, more = '') => `${minimalSpec}${more}nodes:\n${groups}`;
const grown = nodes('  default: { maxSize: 6 }\n');
const oneMore = nodes('  default: {}\n  more: {}\n');
const vcpus = 'ec2/L-1216C47A';

function own(handle: RunHandle | undefined): OwnRun {
  if (handle?.kind !== 'own') throw new Error('no run of this process');
  return handle;
}

describe('what is looked at before an update', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  const create = async (spec = minimalSpec) => {
    const created = await bench.create(await bench.plan(spec));
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
  };
  const changesOf = (plan: Plan): Promise<ChangePlan> =>
    bench.account.run(readChangePlan(plan, bench.account.session(region), bench.account.clock));
  const look = async (spec: string): Promise<PreflightFinding[]> => {
    const plan = await bench.plan(spec);
    return bench.account.run(lookBeforeUpdate(await changesOf(plan), plan, bench.services()));
  };
  const update = async (spec: string) => {
    const plan = await bench.plan(spec);
    const changes = await changesOf(plan);
    return bench.result(own(await bench.account.run(startUpdate(changes, plan, bench.services()))));
  };
  const forbid = (...Action: string[]) => {
    const Statement = [{ Effect: 'Deny' as const, Action, Resource: '*' }];
    setServiceControlPolicy(bench.account.sandbox.account, 'guard', { Version: '2012-10-17', Statement });
  };
  const quota = (name: string, value: number) => setQuota(bench.account.sandbox.account, name, value);
  const brief = (findings: readonly PreflightFinding[]) => findings.map(({ severity, code }) => `${severity} ${code}`);
  const changing = /^(CreateStack|DeleteStack|UpdateStack|ExecuteChangeSet|AssociateEncryptionConfig)$/;
  const changesMade = () => bench.account.calls.filter(({ operation }) => changing.test(operation)).length;

  it('finds nothing in an account that has room', async () => {
    await create();
    for (const spec of [
      grown,
      oneMore,
      `${minimalSpec}features: { metrics: true }\n`,
      `${minimalSpec}encryption: { key: new }\n`,
    ])
      assert.deepEqual(await look(spec), [], spec);
  });

  const broken: readonly (readonly [
    what: string,
    spec: string,
    arrange: () => unknown,
    finding: string,
    says: RegExp,
    before?: string,
  ])[] = [
    [
      'vCPUs for a group that comes',
      oneMore,
      () => quota(vcpus, 6),
      'error quota-exceeded',
      /vCPUs of running on-demand standard .*The plan needs 4, 6 are allowed\. 4 are in use\./,
    ],
    [
      'vCPUs for nodes that a group gets at once',
      nodes('  default: { desiredSize: 4 }\n'),
      () => quota(vcpus, 6),
      'error quota-exceeded',
      /The plan needs 4, 6 are allowed/,
    ],
    [
      'vCPUs for a group that may grow, later',
      grown,
      () => quota(vcpus, 6),
      'warning quota-exceeded',
      /The plan needs 4 when its groups have grown, 6 are allowed\. 4 are in use\./,
    ],
    [
      'vCPUs for the new nodes that EKS starts before old ones go',
      nodes('  default: { diskGiB: 50 }\n'),
      () => quota(vcpus, 6),
      'error quota-exceeded',
      /The plan needs 4 while nodes are replaced, .*, 6 are allowed\. 4 are in use\./,
    ],
    [
      'vCPUs for as many of them as may come',
      nodes('  default: { diskGiB: 50 }\n'),
      () => quota(vcpus, 8),
      'warning quota-exceeded',
      /The plan needs up to 12 while nodes are replaced, .*, 8 are allowed\. 4 are in use\./,
    ],
    [
      'node groups of the cluster',
      oneMore,
      () => quota('eks/L-6D54EA21', 1),
      'error quota-exceeded',
      /managed node groups per cluster\. The plan needs 1, 1 are allowed\. 1 are in use/,
    ],
    [
      'nodes of one group',
      nodes('  default: { maxSize: 6 }\n'),
      () => quota('eks/L-BD136A63', 5),
      'error quota-exceeded',
      /nodes per managed node group\. The plan needs 6, 5 are allowed/,
    ],
    [
      'an instance type',
      nodes('  default: {}\n  more: { instanceTypes: [z1d.large] }\n'),
      () => undefined,
      'error instance-type-not-offered',
      /z1d\.large is not offered/,
    ],
    [
      'the permission to make a group',
      oneMore,
      () => forbid('eks:CreateNodegroup'),
      'error permission-organization',
      /service control policy of the organization forbids eks:CreateNodegroup\.$/,
    ],
    [
      'the permission to scale one',
      grown,
      () => forbid('eks:UpdateNodegroupConfig', 'eks:DeleteNodegroup', 'ec2:CreateVpc'),
      'error permission-organization',
      /forbids eks:UpdateNodegroupConfig\.$/,
    ],
    [
      'the permission to execute what is shown',
      grown,
      () => forbid('cloudformation:ExecuteChangeSet'),
      'error permission-organization',
      /forbids cloudformation:ExecuteChangeSet\.$/,
    ],
    [
      'the permission to remove a group',
      minimalSpec,
      () => forbid('eks:DeleteNodegroup'),
      'error permission-organization',
      /forbids eks:DeleteNodegroup\.$/,
      oneMore,
    ],
    [
      'the permission to give a key',
      `${minimalSpec}encryption: { key: new }\n`,
      () => forbid('eks:AssociateEncryptionConfig'),
      'error permission-organization',
      /forbids eks:AssociateEncryptionConfig\.$/,
    ],
    [
      'what a repair would need',
      grown,
      () => forbid('cloudformation:RollbackStack'),
      'warning permission-organization',
      /forbids cloudformation:RollbackStack\. This update may need it, or its repair\.$/,
    ],
    [
      'a name: a foreign stack has it',
      `${minimalSpec}encryption: { key: new }\n`,
      async () => {
        const cloudFormation = await bench.account.session(region).client('cloudFormation');
        const TemplateBody = JSON.stringify({ Resources: { Group: { Type: 'AWS::Logs::LogGroup' } } });
        const command = new CreateStackCommand({ StackName: 'private-eks-demo-key', TemplateBody });
        await bench.account.run(cloudFormation.send(command));
        await bench.account.pass(120);
      },
      'error stack-name-taken',
      /A stack named private-eks-demo-key exists and was not made for demo/,
    ],
    [
      'room in the subnets',
      nodes('  default: {}\n  more: { desiredSize: 170, maxSize: 170 }\n', 'network: { cidr: 10.0.0.0/24 }\n'),
      () => quota(vcpus, 4000),
      'error subnet-no-room',
      /In eu-west-1\w \d+ addresses are free for what comes, which needs 57 to begin with/,
      `${minimalSpec}network: { cidr: 10.0.0.0/24 }\n`,
    ],
  ];
  for (const [what, spec, arrange, finding, says, before] of broken)
    it(`names what is missing: ${what}`, async () => {
      await create(before);
      await arrange();
      const findings = await look(spec);
      const [first] = findings;
      assert.equal(brief(findings)[0], finding, JSON.stringify(findings));
      assert.match(first?.message ?? '', says);
      const made = changesMade();
      const result = await update(spec);
      if (finding.startsWith('error')) {
        assert.equal(result.outcome, 'failed');
        assert.equal(failureOf(result)?.code, finding.split(' ')[1]);
        assert.equal(changesMade(), made, 'nothing is changed');
      } else {
        assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
        assert.ok(
          result.events.some(event => event.type === 'note' && event.message.startsWith(first?.message ?? 'none')),
        );
      }
    });

  it('takes nothing for fine that it may not look at, and goes on', async () => {
    await create();
    forbid(
      'servicequotas:ListServiceQuotas',
      'ec2:DescribeInstanceTypeOfferings',
      'iam:SimulatePrincipalPolicy',
      'eks:ListNodegroups',
    );
    const findings = await look(oneMore);
    assert.ok(!findings.some(({ severity }) => severity === 'error'), JSON.stringify(findings));
    const unknown = findings.filter(({ code }) => code === 'not-looked-at');
    assert.ok(unknown.every(({ severity }) => severity === 'unknown'));
    const told = unknown.map(({ message }) => message).join('\n');
    for (const words of [
      /quotas are/,
      /instance types/,
      /every permission/,
      /managed node groups per cluster are in use/,
    ])
      assert.match(told, words);
    const result = await update(oneMore);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    const notes = result.events.flatMap(event => (event.type === 'note' ? [event.message] : []));
    assert.equal(notes.filter(note => note.startsWith('Not known')).length, unknown.length);
  });

  it('counts what a group gives back before its successor comes', async () => {
    await create();
    quota(vcpus, 4);
    const findings = await look(nodes('  default: { instanceTypes: [t3.large] }\n'));
    assert.deepEqual(findings, []);
  });

  it('is in the way of no update that is carried on', async () => {
    await create();
    const plan = await bench.plan(oneMore);
    const run = own(await bench.account.run(startUpdate(await changesOf(plan), plan, bench.services())));
    run.subscribe(event => {
      if (event.type === 'stack-event' && event.resourceType === 'AWS::EKS::Nodegroup') run.leave();
    });
    await bench.account.run(run.finished.catch(() => undefined));
    await bench.account.pass(3600);
    quota(vcpus, 8);
    quota('eks/L-6D54EA21', 2);
    const result = await bench.result(own(await bench.account.run(resumeUpdate(plan, bench.services()))));
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    assert.equal(stepOutcomes(result).preflight, 'done');
  });

  it('asks for what the update needs alone', async () => {
    await create();
    const before = bench.account.calls.length;
    await look(grown);
    const asked = bench.account.calls.slice(before).map(({ operation }) => operation);
    for (const never of [
      'DescribeInstanceTypeOfferings',
      'ListNodegroups',
      'ListRoles',
      'DescribeLogGroups',
      'HeadBucket',
    ])
      assert.ok(!asked.includes(never), never);
    assert.ok(asked.includes('SimulatePrincipalPolicy'));
  });
});
