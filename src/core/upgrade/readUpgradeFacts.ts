import type * as eksSdk from '@aws-sdk/client-eks';
import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { listStacks, stackTemplate } from '../aws/stack.ts';
import { clusterIn } from '../change/settleCluster.ts';
import { resourcesIn, type TemplateLike } from '../change/stackDifference.ts';
import { isMap } from '../change/valueDifferences.ts';
import { PrivateEksError } from '../errors.ts';
import { stackIdOf, stackKindOf } from '../plan/stackName.ts';
import { clusterTag } from '../spec/ownTags.ts';
import type { AddonFacts, GroupFacts, InsightFacts, OfferedVersion, UpgradeFacts } from './upgradeFacts.ts';
import { targetVersion, type UpgradeWish } from './upgradePlan.ts';

type Sdk = typeof eksSdk;

interface Looks {
  readonly eks: eksSdk.EKSClient;
  readonly sdk: Sdk;
  readonly clusterName: string;
  readonly option: { readonly abortSignal?: AbortSignal };
}

/** What an upgrade depends on, for the target that the wish leads to. @throws PrivateEksError `cluster-not-found` */
export async function readUpgradeFacts(
  session: AwsSession,
  clusterName: string,
  wish: Pick<UpgradeWish, 'direction' | 'to'>,
  signal?: AbortSignal,
): Promise<UpgradeFacts> {
  const [sdk, eks] = await Promise.all([import('@aws-sdk/client-eks'), session.client('eks')]);
  const looks: Looks = { eks, sdk, clusterName, option: signalOption(signal) };
  try {
    const command = new sdk.DescribeClusterCommand({ name: clusterName });
    const { cluster } = await eks.send(command, looks.option).catch((error: unknown) => {
      if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
      throw new PrivateEksError('cluster-not-found', `There is no cluster ${clusterName} in ${session.region}.`);
    });
    const version = cluster?.version ?? '';
    const to = targetVersion(version, wish);
    const stacks = await ownStacks(session, clusterName, signal);
    const [offered, managed, addons, fargateProfiles, insights, lastUpgrade] = await Promise.all([
      readOffered(looks),
      readManaged(looks),
      readAddons(looks, { now: version, to }, pinnedAddons(stacks)),
      readFargate(looks),
      readInsights(looks, to, wish.direction),
      readLastUpgrade(looks),
    ]);
    const stackVersion = clusterIn(stacks.find(({ kind }) => kind === 'cluster')?.template)?.Version;
    return {
      name: clusterName,
      version,
      status: cluster?.status ?? 'UNKNOWN',
      supportType: cluster?.upgradePolicy?.supportType,
      autoMode: cluster?.computeConfig?.enabled ?? false,
      offered,
      groups: [...managed, ...selfManaged(stacks)],
      addons,
      fargateProfiles,
      insights,
      lastUpgrade,
      stackVersion: typeof stackVersion === 'string' ? stackVersion : undefined,
    };
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

interface OwnStack {
  readonly id: string;
  readonly kind: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly template: TemplateLike;
}

async function ownStacks(session: AwsSession, cluster: string, signal?: AbortSignal): Promise<OwnStack[]> {
  const found = await listStacks(session, ({ tags }) => tags[clusterTag] === cluster, signal);
  const looks = found.map(async ({ id: arn, name, parameters }) => {
    const id = stackIdOf(cluster, name);
    const kind = id && stackKindOf(id);
    if (id === undefined || !kind || !/^(cluster|nodes|node-addons|workload-addons)$/.test(kind)) return [];
    const template = await stackTemplate(session, arn, signal);
    return isMap(template) ? [{ id, kind, parameters, template }] : [];
  });
  return (await Promise.all(looks)).flat();
}

async function readOffered({ eks, sdk, option }: Looks): Promise<OfferedVersion[]> {
  const found: OfferedVersion[] = [];
  for await (const page of sdk.paginateDescribeClusterVersions({ client: eks }, {}, option))
    for (const row of page.clusterVersions ?? []) {
      const status = row.versionStatus ?? row.status?.toUpperCase().replaceAll('-', '_');
      found.push({
        version: row.clusterVersion ?? '',
        support:
          status === 'STANDARD_SUPPORT' ? 'standard' : status === 'EXTENDED_SUPPORT' ? 'extended' : 'unsupported',
        standardUntil: row.endOfStandardSupportDate?.toISOString().slice(0, 10),
        extendedUntil: row.endOfExtendedSupportDate?.toISOString().slice(0, 10),
      });
    }
  return found.sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
}

async function readManaged({ eks, sdk, clusterName, option }: Looks): Promise<GroupFacts[]> {
  const names: string[] = [];
  for await (const page of sdk.paginateListNodegroups({ client: eks }, { clusterName }, option))
    names.push(...(page.nodegroups ?? []));
  return Promise.all(
    names.map(async nodegroupName => {
      const command = new sdk.DescribeNodegroupCommand({ clusterName, nodegroupName });
      const { nodegroup } = await eks.send(command, option);
      return {
        name: nodegroupName,
        kind: 'managed' as const,
        version: nodegroup?.version,
        releaseVersion: nodegroup?.releaseVersion,
        status: nodegroup?.status ?? 'UNKNOWN',
        ownImage: nodegroup?.amiType === 'CUSTOM',
      };
    }),
  );
}

/** By the image parameter of their stacks: EKS itself knows nothing of them. */
function selfManaged(stacks: readonly OwnStack[]): GroupFacts[] {
  return stacks
    .filter(({ template }) =>
      Object.values(resourcesIn(template.Resources)).some(({ Type }) => Type === 'AWS::AutoScaling::AutoScalingGroup'),
    )
    .map(({ id, parameters }) => {
      const image = parameters.ImageId ?? '';
      const version = /(?:optimized-ami\/|aws-k8s-)(1\.\d+)/.exec(image)?.[1];
      const name = id.slice('nodes-'.length);
      const common = { name, kind: 'self-managed', releaseVersion: undefined, status: 'ACTIVE' } as const;
      return { ...common, version, ownImage: version === undefined };
    });
}

function pinnedAddons(stacks: readonly OwnStack[]): ReadonlySet<string> {
  const declared = stacks.flatMap(({ template }) => Object.values(resourcesIn(template.Resources)));
  return new Set(
    declared.flatMap(({ Type, Properties: properties }) =>
      Type === 'AWS::EKS::Addon' && isMap(properties) && properties.AddonVersion !== undefined
        ? [String(properties.AddonName)]
        : [],
    ),
  );
}

async function readAddons(
  { eks, sdk, clusterName, option }: Looks,
  { now, to }: { readonly now: string; readonly to: string },
  pinned: ReadonlySet<string>,
): Promise<AddonFacts[]> {
  const installed: string[] = [];
  for await (const page of sdk.paginateListAddons({ client: eks }, { clusterName }, option))
    installed.push(...(page.addons ?? []));
  return Promise.all(
    installed.map(async addonName => {
      const { addon } = await eks.send(new sdk.DescribeAddonCommand({ clusterName, addonName }), option);
      const offered: eksSdk.AddonVersionInfo[] = [];
      for await (const page of sdk.paginateDescribeAddonVersions({ client: eks }, { addonName }, option))
        offered.push(...(page.addons ?? []).flatMap(({ addonVersions = [] }) => addonVersions));
      const fits = ({ compatibilities = [] }: eksSdk.AddonVersionInfo, version: string) =>
        compatibilities.find(({ clusterVersion }) => clusterVersion === version);
      const names = (version: string) =>
        offered.filter(info => fits(info, version)).map(({ addonVersion = '' }) => addonVersion);
      return {
        name: addonName,
        version: addon?.addonVersion ?? '',
        status: addon?.status ?? 'UNKNOWN',
        compatible: names(to),
        compatibleNow: names(now),
        defaultVersion: offered.find(info => fits(info, to)?.defaultVersion)?.addonVersion,
        pinned: pinned.has(addonName),
      };
    }),
  );
}

async function readFargate({ eks, sdk, clusterName, option }: Looks): Promise<string[]> {
  const names: string[] = [];
  for await (const page of sdk.paginateListFargateProfiles({ client: eks }, { clusterName }, option))
    names.push(...(page.fargateProfileNames ?? []));
  return names;
}

async function readInsights(
  { eks, sdk, clusterName, option }: Looks,
  to: string,
  direction: 'up' | 'back',
): Promise<InsightFacts[]> {
  const filter =
    direction === 'up'
      ? { categories: ['UPGRADE_READINESS' as const], kubernetesVersions: [to] }
      : { categories: ['ROLLBACK_READINESS' as const] };
  const found: InsightFacts[] = [];
  for await (const page of sdk.paginateListInsights({ client: eks }, { clusterName, filter }, option))
    for (const { id, name = '', insightStatus } of page.insights ?? []) {
      const status = insightStatus?.status ?? 'UNKNOWN';
      const summary = { name, status, reason: insightStatus?.reason ?? '' };
      if (status === 'PASSING') found.push({ ...summary, recommendation: undefined, deprecations: [], resources: [] });
      else {
        const { insight } = await eks.send(new sdk.DescribeInsightCommand({ clusterName, id }), option);
        found.push({ ...summary, ...detailsOf(insight) });
      }
    }
  return found;
}

function detailsOf(
  insight: eksSdk.Insight | undefined,
): Pick<InsightFacts, 'recommendation' | 'deprecations' | 'resources'> {
  const { deprecationDetails = [] } = insight?.categorySpecificSummary ?? {};
  return {
    recommendation: insight?.recommendation,
    resources: (insight?.resources ?? []).flatMap(
      ({ arn, kubernetesResourceUri }) => arn ?? kubernetesResourceUri ?? [],
    ),
    deprecations: deprecationDetails.map(detail => ({
      usage: detail.usage ?? '',
      replacedWith: detail.replacedWith,
      stopServing: detail.stopServingVersion,
      clients: (detail.clientStats ?? []).map(({ userAgent = '' }) => userAgent),
    })),
  };
}

async function readLastUpgrade({ eks, sdk, clusterName, option }: Looks): Promise<UpgradeFacts['lastUpgrade']> {
  let last: { to: string; at: number } | undefined;
  for await (const page of sdk.paginateListUpdates({ client: eks }, { name: clusterName }, option))
    for (const updateId of page.updateIds ?? []) {
      const { update } = await eks.send(new sdk.DescribeUpdateCommand({ name: clusterName, updateId }), option);
      if (update?.status !== 'Successful' || !/^Version(Update|Rollback)$/.test(update.type ?? '')) continue;
      const to = update.params?.find(({ type }) => type === 'Version')?.value ?? '';
      const at = update.createdAt?.getTime() ?? 0;
      // A rollback ends what could be taken back.
      if (!last || at > last.at) last = { to: update.type === 'VersionUpdate' ? to : '', at };
    }
  return last;
}
