import type { Nodegroup } from '@aws-sdk/client-eks';
import type { AwsSession } from '../../aws/awsSession.ts';
import { isAwsError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { describeStack, stackResources } from '../../aws/stack.ts';
import { nodesStackId, stackName } from '../../plan/stackName.ts';
import type { MoreNodeFacts } from '../nodeFacts.ts';

/** What is to be looked at: a managed group as EKS describes it, or a self-managed one by its stack. */
export interface GroupSeen {
  readonly kind: 'managed' | 'self-managed';
  readonly nodeRole: string;
  readonly subnets: readonly string[];
  readonly amiType: string;
  readonly template: { readonly id?: string | undefined; readonly version?: string | undefined };
  readonly issues: NonNullable<MoreNodeFacts['issues']>;
  readonly nodegroup: Nodegroup | undefined;
}

/** `name`: the group's own, or as its stack has it, without underscores. Undefined when neither EKS nor a stack of ours knows it. */
export async function lookAtGroup(
  session: AwsSession,
  cluster: string,
  name: string,
  signal?: AbortSignal,
): Promise<GroupSeen | undefined> {
  const described = await managedGroup(session, cluster, name, signal);
  if (described) return described;
  const stack = await describeStack(session, stackName(cluster, nodesStackId(name)), signal);
  if (!stack) return undefined;
  const resources = await stackResources(session, stack.id, signal);
  const idOf = (wanted: string) => resources.find(({ type }) => type === wanted)?.physicalId;
  const managed = idOf('AWS::EKS::Nodegroup')?.split('/').at(-1);
  if (managed !== undefined && managed !== name) return managedGroup(session, cluster, managed, signal);
  const permissions = await describeStack(session, stackName(cluster, 'permissions'), signal);
  return {
    kind: 'self-managed',
    nodeRole: permissions?.outputs['SelfManagedNodeRoleArn'] ?? '',
    subnets: (stack.parameters['SubnetIds'] ?? '').split(',').filter(Boolean),
    amiType: '',
    // The group follows the latest version; the default one stays the first.
    template: { id: idOf('AWS::EC2::LaunchTemplate'), version: '$Latest' },
    issues: [],
    nodegroup: undefined,
  };
}

async function managedGroup(
  session: AwsSession,
  clusterName: string,
  nodegroupName: string,
  signal?: AbortSignal,
): Promise<GroupSeen | undefined> {
  const { DescribeNodegroupCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  try {
    const command = new DescribeNodegroupCommand({ clusterName, nodegroupName });
    const { nodegroup } = await eks.send(command, signalOption(signal));
    const { nodeRole = '', subnets = [], amiType = '', launchTemplate = {}, health } = nodegroup ?? {};
    const issues = (health?.issues ?? []).map(({ code = '', message = '', resourceIds = [] }) => ({
      code,
      message,
      resourceIds,
    }));
    return { kind: 'managed', nodeRole, subnets, amiType, template: launchTemplate, issues, nodegroup };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
