import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { stackResources, type StackView } from '../aws/stack.ts';
import { bastionTag } from '../tunnel/bastion/bastionNames.ts';
import type { DriftFinding } from './driftReport.ts';

/** What CloudFormation does not look at: the cluster's own doors. */
export async function readFindings(
  session: AwsSession,
  cluster: string,
  stacks: readonly StackView[],
  signal?: AbortSignal,
): Promise<DriftFinding[]> {
  try {
    const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
    const eks = await session.client('eks');
    const answer = await eks
      .send(new DescribeClusterCommand({ name: cluster }), signalOption(signal))
      .catch((error: unknown) => {
        if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      });
    const vpc = answer?.cluster?.resourcesVpcConfig;
    if (!vpc) return [{ code: 'cluster-gone', resource: cluster, words: `There is no cluster ${cluster} any more.` }];
    const known = (await Promise.all(stacks.map(({ id }) => stackResources(session, id, signal)))).flat();
    const group = vpc.clusterSecurityGroupId;
    const [entries, rules] = await Promise.all([
      entryFindings(
        session,
        cluster,
        known.filter(({ type }) => type === 'AWS::EKS::AccessEntry').map(({ physicalId }) => physicalId),
        signal,
      ),
      group === undefined
        ? []
        : ruleFindings(session, group, new Set(known.map(({ physicalId }) => physicalId)), signal),
    ]);
    const open = (vpc.publicAccessCidrs ?? []).join(', ');
    return [
      ...(vpc.endpointPublicAccess
        ? [
            {
              code: 'public-endpoint' as const,
              resource: cluster,
              words: `The public endpoint of ${cluster} is on, for ${open || 'everybody'}.`,
            },
          ]
        : []),
      ...entries,
      ...rules,
    ];
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** Entries that EKS makes by itself for nodes, Fargate and its own controllers. */
const ownTypes = /^(EC2_LINUX|EC2_WINDOWS|EC2|FARGATE_LINUX|HYBRID_LINUX|HYPERPOD_LINUX)$/;
const ownPrincipals = /:role\/aws-service-role\//;

async function entryFindings(
  session: AwsSession,
  clusterName: string,
  made: readonly string[],
  signal?: AbortSignal,
): Promise<DriftFinding[]> {
  const sdk = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const findings: DriftFinding[] = [];
  for await (const page of sdk.paginateListAccessEntries({ client }, { clusterName }, signalOption(signal)))
    for (const principalArn of page.accessEntries ?? []) {
      // The physical id is `principal|cluster`.
      if (ownPrincipals.test(principalArn) || made.some(id => id.split('|').includes(principalArn))) continue;
      const place = { clusterName, principalArn };
      const { accessEntry } = await client.send(new sdk.DescribeAccessEntryCommand(place), signalOption(signal));
      if (ownTypes.test(accessEntry?.type ?? '')) continue;
      const { associatedAccessPolicies = [] } = await client.send(
        new sdk.ListAssociatedAccessPoliciesCommand(place),
        signalOption(signal),
      );
      const policies = associatedAccessPolicies.map(({ policyArn = '' }) => policyArn.split('/').at(-1)).join(', ');
      const words = `${principalArn} has an access entry that no stack made (${policies || 'no policy of EKS'}).`;
      findings.push({ code: 'access-entry', resource: principalArn, words });
    }
  return findings;
}

/** What EKS, our bastions and the load balancer controllers put on the cluster's group. */
function isProper(rule: SecurityGroupRule, group: string, made: ReadonlySet<string>): boolean {
  const { IsEgress, IpProtocol, ReferencedGroupInfo, Tags = [], Description = '', SecurityGroupRuleId = '' } = rule;
  if (IsEgress || made.has(SecurityGroupRuleId)) return true;
  if (IpProtocol === '-1' && ReferencedGroupInfo?.GroupId === group) return true;
  if (Tags.some(({ Key }) => Key === bastionTag)) return true;
  return /^(elbv2\.k8s\.aws|kubernetes\.io\/rule)\//.test(Description);
}

async function ruleFindings(
  session: AwsSession,
  group: string,
  made: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<DriftFinding[]> {
  const { paginateDescribeSecurityGroupRules } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const Filters = [{ Name: 'group-id', Values: [group] }];
  const findings: DriftFinding[] = [];
  for await (const page of paginateDescribeSecurityGroupRules({ client }, { Filters }, signalOption(signal)))
    for (const rule of page.SecurityGroupRules ?? []) {
      if (isProper(rule, group, made)) continue;
      const { SecurityGroupRuleId = '', IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId } = rule;
      const from = CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? 'somewhere';
      const ports =
        IpProtocol === '-1' ? 'everything' : `${IpProtocol} ${FromPort}${ToPort === FromPort ? '' : `–${ToPort}`}`;
      const words = `${SecurityGroupRuleId} on the cluster’s group ${group} lets ${ports} in from ${from}; no stack made it.`;
      findings.push({ code: 'security-group-rule', resource: SecurityGroupRuleId, words });
    }
  return findings;
}
