import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import assert from 'node:assert/strict';
import type { PolicyDocument, PolicyStatement } from '../../../src/core/access/policyDocument.ts';
import { tunnelPolicies, type TunnelPolicyInput } from '../../../src/core/access/tunnelPolicies.ts';
import type { AwsSession } from '../../../src/core/aws/awsSession.ts';
import { releaseBastion } from '../../../src/core/tunnel/bastion/releaseBastion.ts';
import { startBastion } from '../../../src/core/tunnel/bastion/startBastion.ts';
import { stopBastion } from '../../../src/core/tunnel/bastion/stopBastion.ts';
import { sweepBastions } from '../../../src/core/tunnel/bastion/sweepBastions.ts';
import { describeClusterAccess, type ClusterReach } from '../../../src/core/tunnel/route/clusterAccess.ts';
import { findRoute } from '../../../src/core/tunnel/route/findRoute.ts';
import { sessionApi } from '../../../src/core/tunnel/session/sessionApi.ts';
import { stacks } from '../../../src/sandbox/cloudformation/stack.ts';
import { refusal } from '../../../src/sandbox/services/iam/authorize.ts';
import { ssmMessagesAccess } from '../../../src/sandbox/services/iam/access/ssmAccess.ts';
import { evaluate } from '../../../src/sandbox/services/iam/evaluation.ts';
import { BastionBench } from '../bastion/bastionBench.ts';
import { region } from '../support/clusterRun.ts';

const accountId = '000000000000';
const RoleName = 'operator';
const role = { RoleName, PolicyName: 'tunnel' };
const never = new AbortController().signal;

/** Somebody who holds the policy and nothing else, and what they were refused. */
class Operator {
  readonly bench: BastionBench;
  readonly session: AwsSession;
  readonly arn: string;
  readonly userId: string;
  readonly #refused = new Set<string>();

  private constructor(bench: BastionBench, session: AwsSession, arn: string, userId: string) {
    this.bench = bench;
    this.session = session;
    this.arn = arn;
    this.userId = userId;
    const { sandbox } = bench.account;
    const handle = sandbox.handle.bind(sandbox);
    // Denials are looked for on the wire: some are borne with, and only said.
    Object.assign(sandbox, {
      handle: async (request: Parameters<typeof handle>[0]) => {
        const response = await handle(request);
        if (response.status >= 400) this.#note(Buffer.from(response.body).toString('utf8'));
        return response;
      },
    });
  }

  static async with(bench: BastionBench, policy: PolicyDocument): Promise<Operator> {
    const iam = await bench.session.client('iam');
    const Statement = { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await iam.send(new PutRolePolicyCommand({ ...role, PolicyDocument: JSON.stringify(policy) }));
    const sts = await bench.session.client('sts');
    const RoleArn = `arn:aws:iam::${accountId}:role/${RoleName}`;
    const { Credentials, AssumedRoleUser } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'jane' }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const session = bench.account.session(region, {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    });
    return new Operator(bench, session, AssumedRoleUser?.Arn ?? '', AssumedRoleUser?.AssumedRoleId ?? '');
  }

  /** Actions, CloudFormation's in the operator's name too. */
  refused(): string[] {
    const { account } = this.bench.account.sandbox;
    for (const { events } of stacks(account, region).values())
      for (const { reason } of events) this.#note(reason ?? '');
    return [...this.#refused].sort();
  }

  #note(text: string): void {
    const action = /(?:is not authorized to perform:|have permission to call) ([\w-]+:\w+)/.exec(text)?.[1];
    if (action !== undefined) this.#refused.add(action);
  }

  run<T>(work: Promise<T>): Promise<T> {
    return this.bench.account.run(work);
  }

  get deps() {
    return { session: this.session, clock: this.bench.account.clock };
  }

  /** The cluster, and the way to it of this kind; undefined where there is none. */
  async find(kind: 'automatic' | 'bastion') {
    const cluster = await this.run(describeClusterAccess(this.session, 'demo'));
    const find = findRoute({ ...this.deps, cluster, direct: undefined });
    const { route } = await this.run(find({ kind }, never));
    return { cluster, target: route?.kind === 'instance' || route?.kind === 'bastion' ? route.target : undefined };
  }

  /** Starts a session, opens its channel, resumes it and, unless it is to be left, ends it. */
  async forward(target: string, host: string, ends = true): Promise<string> {
    const run = <T>(work: Promise<T>) => this.run(work);
    const api = sessionApi(this.session);
    const { sessionId } = await run(api.start({ target, host, port: 443 }, 'test', never));
    this.#openChannel(sessionId);
    await run(api.resume(sessionId, never));
    if (ends) await run(api.terminate(sessionId));
    return sessionId;
  }

  /** What the gateway asks when the upgrade is signed. */
  #openChannel(SessionId: string): void {
    const { account } = this.bench.account.sandbox;
    const principal = { accountId, arn: this.arn, userId: this.userId };
    const context = { account, region, principal, requestId: '' };
    const refused = refusal(context, ssmMessagesAccess['OpenDataChannel']?.({ SessionId }, context) ?? []);
    if (refused) this.#refused.add(refused.asked.action);
  }
}

const without = (policy: PolicyDocument, { Sid }: PolicyStatement, action: string): PolicyDocument => ({
  ...policy,
  Statement: policy.Statement.map(one =>
    one.Sid === Sid ? { ...one, Action: one.Action.filter(other => other !== action) } : one,
  ).filter(({ Action }) => Action.length > 0),
});

type Input = Partial<TunnelPolicyInput>;

interface Way {
  readonly what: string;
  readonly input: Input;
  /** What is looked for beside the way, and done without. */
  readonly borne?: readonly string[];
  /** Done by the administrator before. */
  readonly before?: (bench: BastionBench) => Promise<unknown>;
  readonly walk: (operator: Operator) => Promise<void>;
}

async function throughInstance(operator: Operator): Promise<void> {
  const { cluster, target } = await operator.find('automatic');
  assert.match(target ?? '', /^i-/);
  await operator.forward(target ?? '', cluster.host);
}

async function throughBastion(operator: Operator, ends = true) {
  const { cluster, target } = await operator.find('bastion');
  assert.ok(target);
  return { target, id: await operator.forward(target, cluster.host, ends) };
}

/** Starts one and leaves it again: the last one stops it. */
async function ownBastion(operator: Operator): Promise<void> {
  const { cluster } = await operator.find('bastion');
  await operator.run(startBastion(operator.deps, { cluster }, never));
  await throughBastion(operator);
  const { target, id } = await throughBastion(operator, false);
  await operator.run(releaseBastion(operator.session, { target, ownSessionIds: [id] }));
  await operator.run(stopBastion(operator.deps, { vpcId: cluster.vpcId }));
}

const ways: readonly Way[] = [
  { what: 'through the cluster’s nodes', input: { bastion: 'none' }, borne: ['ecs:ListTasks'], walk: throughInstance },
  {
    what: 'through a bastion that runs',
    input: { viaInstances: false, bastion: 'use' },
    borne: ['ec2:DescribeSecurityGroupRules'],
    before: bench => bench.start(),
    walk: async operator => void (await throughBastion(operator)),
  },
  {
    what: 'through a bastion of one’s own, in a VPC prepared for it',
    input: { viaInstances: false, bastion: 'start' },
    before: async bench => {
      const { vpcId } = await bench.start();
      await bench.account.run(stopBastion(bench.deps, { vpcId }));
    },
    walk: ownBastion,
  },
  {
    what: 'through all of them, the bastion’s stack made, changed and removed',
    input: {},
    walk: async operator => {
      await throughInstance(operator);
      await ownBastion(operator);
      const { deps } = operator;
      const { cluster } = await operator.find('bastion');
      const { vpcId } = cluster;
      await operator.run(startBastion(deps, { cluster, architecture: 'ARM64' }, never));
      await operator.run(stopBastion(deps, { vpcId }));
      await operator.run(sweepBastions(deps, { vpcId }, never));
    },
  },
];

/** What AWS's own handlers of stacks call, by its resource schemas, and the sandbox's do not: no walk here can tell whether it is needed. */
const notJudged = [
  'StackTaskDefinition ecs:DescribeTaskDefinition',
  'StackRoles iam:GetRolePolicy',
  'StackRoles iam:ListAttachedRolePolicies',
  'StackRoles iam:ListRolePolicies',
  'FirstUseOfEcs iam:CreateServiceLinkedRole',
];
/** For people who are IAM users; these walk with a role. */
const ofUsers = 'OwnSessions';

describe('the policy for a tunnel', function () {
  this.timeout(120_000);
  let cluster: ClusterReach;
  const open = () => BastionBench.open({ publicUrl: 'http://127.0.0.1:1' });
  before(async () => ({ cluster } = await open()));

  const policyFor = (input: Input) => {
    const { vpcId, network } = cluster;
    const { clusterSecurityGroupId } = network;
    const place = { partition: 'aws', region, accountId, cluster: 'demo', vpcId, clusterSecurityGroupId };
    return tunnelPolicies({ ...place, ...input }).user;
  };
  const walkWith = async (policy: PolicyDocument, way: Way) => {
    const bench = await open();
    await way.before?.(bench);
    const operator = await Operator.with(bench, policy);
    const failure = await way.walk(operator).catch((error: unknown) => error);
    return { refused: operator.refused(), failure, bench };
  };

  for (const way of ways)
    it(`is exactly enough ${way.what}`, async () => {
      const policy = policyFor(way.input);
      const { refused, failure, bench } = await walkWith(policy, way);
      assert.equal(failure, undefined);
      assert.deepEqual(refused, way.borne ?? []);
      await bench.account.pass(120);
      const tasks = bench.account.state().resources.filter(({ type }) => type === 'AWS::ECS::Task');
      assert.equal(tasks.length, way.input.bastion === 'use' ? 1 : 0);
      const unneeded: string[] = [];
      for (const statement of policy.Statement)
        for (const action of statement.Action) {
          if (statement.Sid === ofUsers) continue;
          const less = await walkWith(without(policy, statement, action), way);
          if (!less.refused.includes(action)) unneeded.push(`${statement.Sid} ${action}`);
        }
      assert.deepEqual(unneeded, way.input.bastion === undefined ? notJudged : []);
    });

  it('finds a security group of the cluster by its tag where its id is not given', async () => {
    const [, , , way] = ways;
    assert.ok(way);
    const { refused, failure } = await walkWith(policyFor({ clusterSecurityGroupId: undefined }), way);
    assert.deepEqual([failure, refused], [undefined, []]);
  });

  it('lets a user end and resume sessions of their own, and nobody else’s', () => {
    const policy = policyFor({});
    const may = (given: PolicyDocument, action: string, id: string) => {
      const resource = `arn:aws:ssm:${region}:${accountId}:session/${id}`;
      const tags = { 'ssm:resourcetag/aws:ssmmessages:session-id': ['AIDAEXAMPLE'] };
      const keys = { 'aws:username': ['jane'], 'aws:userid': ['AIDAOTHER'], ...tags };
      return evaluate([given], { action, resource, keys }).decision === 'allow';
    };
    const [users] = policy.Statement.filter(({ Sid }) => Sid === ofUsers);
    assert.ok(users);
    for (const action of users.Action) {
      assert.equal(may(policy, action, 'jane-0a1b'), true);
      assert.equal(may(policy, action, 'joe-0a1b'), false);
      assert.equal(may(without(policy, users, action), action, 'jane-0a1b'), false);
    }
  });
});
