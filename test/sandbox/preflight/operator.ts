import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { PolicyDocument } from '../../../src/core/access/policyDocument.ts';
import { readAccountFacts } from '../../../src/core/aws/accountFacts.ts';
import type { AwsSession } from '../../../src/core/aws/awsSession.ts';
import { buildPlan } from '../../../src/core/plan/buildPlan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { startCreate } from '../../../src/core/run/createRun.ts';
import { startDelete } from '../../../src/core/run/deleteRun.ts';
import type { RunHandle } from '../../../src/core/run/runProcess.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { minimalSpec, region, type ClusterBench, type RunResult } from '../support/clusterRun.ts';

const accountId = '000000000000';
export const RoleName = 'operator';

/** The plan as it would be made for the operator. */
export const operatorsOwn = (plan: Plan): Plan => {
  if (!plan.account) throw new Error('a plan without an account');
  return { ...plan, account: { ...plan.account, callerPrincipalArn: `arn:aws:iam::${accountId}:role/${RoleName}` } };
};

/** Somebody who has these policies and nothing else, in an account of their own. */
export class Operator {
  readonly bench: ClusterBench;
  readonly session: AwsSession;

  private constructor(bench: ClusterBench, session: AwsSession) {
    this.bench = bench;
    this.session = session;
  }

  static async with(bench: ClusterBench, policies: readonly PolicyDocument[]): Promise<Operator> {
    const { account } = bench;
    const admin = account.session(region);
    const Statement = { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const iam = await admin.client('iam');
    await account.run(iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument })));
    await Operator.give(bench, policies);
    const sts = await admin.client('sts');
    const RoleArn = `arn:aws:iam::${accountId}:role/${RoleName}`;
    const taken = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'jane' });
    const {
      AccessKeyId = '',
      SecretAccessKey = '',
      SessionToken = '',
    } = (await account.run(sts.send(taken))).Credentials ?? {};
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    return new Operator(bench, account.session(region, keys));
  }

  static async give(bench: ClusterBench, policies: readonly PolicyDocument[]): Promise<void> {
    const iam = await bench.account.session(region).client('iam');
    for (const [index, policy] of policies.entries()) {
      const input = { RoleName, PolicyName: `run-${index}`, PolicyDocument: JSON.stringify(policy) };
      await bench.account.run(iam.send(new PutRolePolicyCommand(input)));
    }
  }

  async plan(text = minimalSpec): Promise<Plan> {
    const { spec } = parseSpec(text);
    if (!spec) throw new Error('a spec with mistakes');
    return buildPlan(spec, await this.bench.account.run(readAccountFacts(this.session, { spec })));
  }

  async create(plan: Plan): Promise<RunResult> {
    const services = { ...this.bench.services(), session: this.session };
    return this.#result(await this.bench.account.run(startCreate(plan, services, { resume: false })));
  }

  async delete(name = 'demo'): Promise<RunResult> {
    const services = { ...this.bench.services(), session: this.session };
    return this.#result(await this.bench.account.run(startDelete(name, services, { key: 'schedule-deletion' })));
  }

  #result(handle: RunHandle): Promise<RunResult> {
    if (handle.kind !== 'own') throw new Error('another process runs it');
    return this.bench.result(handle);
  }
}
