import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { pages } from '../aws/pages.ts';
import { listStacks } from '../aws/stack.ts';
import { PrivateEksError } from '../errors.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { logGroupName } from '../templates/logsTemplate.ts';
import type { ClusterFacts } from './clusterFacts.ts';

/**
 * All that a spec says of a cluster, by calls that only read. A look that is refused becomes an `unknown`.
 * @throws PrivateEksError `cluster-not-found`, and those of `toPrivateEksError`
 */
export async function gatherClusterFacts(
  session: AwsSession,
  name: string,
  signal?: AbortSignal,
): Promise<ClusterFacts> {
  const option = signalOption(signal);
  const unknown: { look: string; why: string }[] = [];
  const look = async <T>(action: string, none: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const told = toPrivateEksError(error);
      if (told.code !== 'access-denied') throw told;
      unknown.push({ look: action, why: told.message });
      return none;
    }
  };
  const [eksSdk, eks] = await Promise.all([import('@aws-sdk/client-eks'), session.client('eks')]);
  const cluster = await describeCluster();
  const vpcId = cluster.resourcesVpcConfig?.vpcId ?? '';
  const [nodegroups, scalingGroups, fargateProfiles, addons, accessEntries, podIdentities] = await Promise.all([
    look('eks:ListNodegroups', [], readNodegroups),
    look('autoscaling:DescribeAutoScalingGroups', [], readScalingGroups),
    look('eks:ListFargateProfiles', [], readProfiles),
    look('eks:ListAddons', [], readAddons),
    look('eks:ListAccessEntries', [], readEntries),
    look('eks:ListPodIdentityAssociations', [], readIdentities),
  ]);
  const [network, retentionDays, hasOidcProvider, stacks] = await Promise.all([
    look('ec2:DescribeVpcs', { vpc: undefined, subnets: [], endpoints: [], securityGroups: [] }, readNetwork),
    look('logs:DescribeLogGroups', undefined, readRetention),
    look('iam:ListOpenIDConnectProviders', false, readProvider),
    look('cloudformation:DescribeStacks', [], () =>
      listStacks(session, ({ tags }) => tags[clusterTag] === name, signal),
    ),
  ]);
  return {
    region: session.region,
    cluster,
    nodegroups,
    scalingGroups,
    fargateProfiles,
    addons,
    accessEntries,
    podIdentities,
    ...network,
    retentionDays,
    hasOidcProvider,
    stacks,
    unknown,
  };

  async function describeCluster() {
    try {
      const answer = await eks.send(new eksSdk.DescribeClusterCommand({ name }), option);
      if (answer.cluster) return answer.cluster;
    } catch (error) {
      if (!isAwsError(error, 'ResourceNotFoundException')) throw toPrivateEksError(error);
    }
    throw new PrivateEksError('cluster-not-found', `There is no cluster ${name} in ${session.region}.`);
  }

  async function readNodegroups() {
    const groups: ClusterFacts['nodegroups'][number][] = [];
    for await (const page of eksSdk.paginateListNodegroups({ client: eks }, { clusterName: name }, option))
      for (const nodegroupName of page.nodegroups ?? []) {
        const command = new eksSdk.DescribeNodegroupCommand({ clusterName: name, nodegroupName });
        const { nodegroup: group } = await eks.send(command, option);
        const { id, version } = group?.launchTemplate ?? {};
        if (group) groups.push({ group, launch: await readLaunch(id, version) });
      }
    return groups;
  }

  async function readLaunch(id: string | undefined, version = '$Default') {
    if (id === undefined) return undefined;
    return look<ResponseLaunchTemplateData | undefined>('ec2:DescribeLaunchTemplateVersions', undefined, async () => {
      const { DescribeLaunchTemplateVersionsCommand } = await import('@aws-sdk/client-ec2');
      const ec2 = await session.client('ec2');
      const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: [version] });
      return (await ec2.send(command, option)).LaunchTemplateVersions?.[0]?.LaunchTemplateData;
    });
  }

  async function readScalingGroups() {
    const { paginateDescribeAutoScalingGroups } = await import('@aws-sdk/client-auto-scaling');
    const client = await session.client('autoScaling');
    const found: ClusterFacts['scalingGroups'][number][] = [];
    const owned = `kubernetes.io/cluster/${name}`;
    for await (const page of paginateDescribeAutoScalingGroups({ client }, {}, option))
      for (const group of page.AutoScalingGroups ?? []) {
        const keys = (group.Tags ?? []).map(({ Key }) => Key);
        if (!keys.includes(owned) || keys.includes('eks:nodegroup-name')) continue;
        const template =
          group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
        found.push({ group, launch: await readLaunch(template?.LaunchTemplateId, template?.Version) });
      }
    return found;
  }

  async function readProfiles() {
    const profiles: ClusterFacts['fargateProfiles'][number][] = [];
    for await (const page of eksSdk.paginateListFargateProfiles({ client: eks }, { clusterName: name }, option))
      for (const fargateProfileName of page.fargateProfileNames ?? []) {
        const command = new eksSdk.DescribeFargateProfileCommand({ clusterName: name, fargateProfileName });
        const { fargateProfile } = await eks.send(command, option);
        if (fargateProfile) profiles.push(fargateProfile);
      }
    return profiles;
  }

  async function readAddons() {
    const found: ClusterFacts['addons'][number][] = [];
    for await (const page of eksSdk.paginateListAddons({ client: eks }, { clusterName: name }, option))
      for (const addonName of page.addons ?? []) {
        const { addon } = await eks.send(new eksSdk.DescribeAddonCommand({ clusterName: name, addonName }), option);
        if (addon) found.push(addon);
      }
    return found;
  }

  async function readEntries() {
    const found: ClusterFacts['accessEntries'][number][] = [];
    if (cluster.accessConfig?.authenticationMode === 'CONFIG_MAP') return found;
    for await (const page of eksSdk.paginateListAccessEntries({ client: eks }, { clusterName: name }, option))
      for (const principalArn of page.accessEntries ?? []) {
        const of = { clusterName: name, principalArn };
        const { accessEntry: entry } = await eks.send(new eksSdk.DescribeAccessEntryCommand(of), option);
        const given = await eks.send(new eksSdk.ListAssociatedAccessPoliciesCommand(of), option);
        if (entry) found.push({ entry, policies: given.associatedAccessPolicies ?? [] });
      }
    return found;
  }

  async function readIdentities() {
    const found: ClusterFacts['podIdentities'][number][] = [];
    for await (const page of eksSdk.paginateListPodIdentityAssociations({ client: eks }, { clusterName: name }, option))
      for (const { associationId } of page.associations ?? []) {
        const command = new eksSdk.DescribePodIdentityAssociationCommand({ clusterName: name, associationId });
        const { association } = await eks.send(command, option);
        if (association) found.push(association);
      }
    return found;
  }

  async function readNetwork() {
    const sdk = await import('@aws-sdk/client-ec2');
    const ec2 = await session.client('ec2');
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    const endpoints: ClusterFacts['endpoints'][number][] = [];
    const groupIds = cluster.resourcesVpcConfig?.securityGroupIds ?? [];
    const [vpcs, subnets, groups] = await Promise.all([
      ec2.send(new sdk.DescribeVpcsCommand({ VpcIds: [vpcId] }), option),
      pages(sdk.paginateDescribeSubnets({ client: ec2 }, { Filters }, option), page => page.Subnets),
      groupIds.length > 0
        ? ec2.send(new sdk.DescribeSecurityGroupsCommand({ GroupIds: groupIds }), option)
        : { SecurityGroups: [] },
    ]);
    for await (const page of sdk.paginateDescribeVpcEndpoints({ client: ec2 }, { Filters }, option))
      endpoints.push(...(page.VpcEndpoints ?? []));
    return {
      vpc: vpcs.Vpcs?.[0],
      subnets,
      endpoints,
      securityGroups: groups.SecurityGroups ?? [],
    };
  }

  async function readRetention() {
    const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const logs = await session.client('logs');
    const logGroupNamePrefix = logGroupName(name);
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }), option);
    return logGroups.find(group => group.logGroupName === logGroupNamePrefix)?.retentionInDays;
  }

  async function readProvider() {
    const { ListOpenIDConnectProvidersCommand } = await import('@aws-sdk/client-iam');
    const iam = await session.client('iam');
    const issuer = cluster.identity?.oidc?.issuer?.replace('https://', '');
    const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}), option);
    return issuer !== undefined && OpenIDConnectProviderList.some(({ Arn }) => Arn?.endsWith(issuer));
  }
}
