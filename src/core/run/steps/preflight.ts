import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { callerIdentity, signalOption } from '../../aws/identity.ts';
import { describeStack } from '../../aws/stack.ts';
import { accountProblems } from '../../plan/accountProblems.ts';
import type { Plan } from '../../plan/plan.ts';
import { stackName } from '../../plan/stackName.ts';
import { zoneIdsFrom } from '../../plan/vpcSources.ts';
import { nodeGroups } from '../../spec/nodeGroups.ts';
import { formatSpecPath } from '../../spec/specPath.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, type StepContext, type StepResult } from '../step.ts';
import { isOurs } from './stackTags.ts';

interface Finding {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly specPath?: string;
}

/** Looks at everything that could stop the run before anything is made, and tells all of it at once. */
export async function preflight(plan: Plan, context: StepContext): Promise<StepResult> {
  const { account } = plan;
  if (!account) throw new TypeError('a plan without an account cannot be run');
  const lists = await Promise.all([
    otherAccount(account.accountId, context),
    takenStackNames(plan, context),
    takenClusterName(plan, context),
    instanceTypes(plan, context),
  ]);
  const fromAccount = accountProblems(plan.spec, account).map(problem => ({
    code: problem.code,
    message: problem.message,
    fix: problem.suggestion ? `${problem.suggestion.title}.` : 'Change the spec.',
    ...(problem.path === undefined ? {} : { specPath: problem.path }),
  }));
  const findings: Finding[] = [...lists.flat(), ...fromAccount];
  const [first] = findings;
  if (!first)
    return { outcome: 'done', summary: `account ${account.accountId}, ${zoneIdsFrom(plan.spec, account).join(', ')}` };
  const more = findings.length - 1;
  throw new StepFailure(
    failureCause({
      code: first.code,
      what: more === 0 ? first.message : `${first.message} And ${more} more.`,
      why: 'Nothing has been made yet.',
      fix: first.fix,
      evidence: findings.map(({ message, fix }) => `${message} ${fix}`),
      ...(first.specPath === undefined ? {} : { specPath: first.specPath }),
    }),
  );
}

async function otherAccount(planned: string, { session, signal }: StepContext): Promise<Finding[]> {
  const { accountId } = await callerIdentity(session, signal);
  if (accountId === planned) return [];
  const message = `The credentials are of account ${accountId} now; the plan was made for ${planned}.`;
  return [{ code: 'other-account', message, fix: 'Choose the profile of the planned account.' }];
}

async function takenStackNames({ stacks, spec }: Plan, { session, signal }: StepContext): Promise<Finding[]> {
  const found = await Promise.all(stacks.map(({ name }) => describeStack(session, name, signal)));
  return found
    .filter(stack => stack !== undefined)
    .filter(stack => !isOurs(stack, spec.name))
    .map(({ name }) => ({
      code: 'stack-name-taken',
      message: `A stack named ${name} exists and was not made for ${spec.name} by Private EKS.`,
      fix: 'Choose another name for the cluster.',
      specPath: 'name',
    }));
}

async function takenClusterName({ spec }: Plan, { session, signal }: StepContext): Promise<Finding[]> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  try {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name: spec.name }), signalOption(signal));
    const stack = await describeStack(session, stackName(spec.name, 'cluster'), signal);
    if (stack && isOurs(stack, spec.name)) return [];
    const message = `A cluster named ${spec.name} exists in ${session.region} (${cluster?.status ?? 'unknown'}) and was not made by Private EKS.`;
    return [{ code: 'cluster-exists', message, fix: 'Choose another name.', specPath: 'name' }];
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return [];
    throw toPrivateEksError(error);
  }
}

/** Every type in every zone: EKS refuses a node group otherwise, after minutes. */
async function instanceTypes({ spec, account }: Plan, { session, signal }: StepContext): Promise<Finding[]> {
  if (!account) return [];
  const zones = zoneIdsFrom(spec, account);
  const { paginateDescribeInstanceTypeOfferings } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const types = [...new Set(nodeGroups(spec).flatMap(group => group.instanceTypes))];
  if (types.length === 0) return [];
  const Filters = [{ Name: 'instance-type', Values: [...types] }];
  const offered = new Set<string>();
  try {
    const input = { LocationType: 'availability-zone-id' as const, Filters };
    for await (const page of paginateDescribeInstanceTypeOfferings({ client }, input, signalOption(signal)))
      for (const { InstanceType, Location } of page.InstanceTypeOfferings ?? [])
        offered.add(offering(InstanceType, Location));
  } catch (error) {
    throw toPrivateEksError(error);
  }
  const named = nodeGroups(spec).flatMap(({ name, instanceTypes: list }) =>
    list.map((type, index) => ({ type, specPath: formatSpecPath(['nodes', name, 'instanceTypes', index]) })),
  );
  return named.flatMap(({ type, specPath }) => {
    const missing = zones.filter(zone => !offered.has(offering(type, zone)));
    if (missing.length === 0) return [];
    const where = missing.length === zones.length ? session.region : missing.join(', ');
    const message = `Instance type ${type} is not offered in ${where}.`;
    const fix = 'Choose another type, or other zones.';
    return [{ code: 'instance-type-not-offered', message, fix, specPath }];
  });
}

function offering(type: string | undefined, zone: string | undefined): string {
  return `${type} ${zone}`;
}
