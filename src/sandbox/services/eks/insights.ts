import { createHash } from 'node:crypto';
import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { addonDefinition } from './addonCatalog.ts';
import { addons, eksError, nodegroups, ofCluster, page, requireCluster, type ClusterRow } from './eksTables.ts';
import { offeredVersions } from './versions.ts';

/** How long an upgrade can be taken back. */
export const rollbackDays = 7;

type Verdict = Pick<Eks.Insight, 'insightStatus' | 'resources' | 'categorySpecificSummary'>;

const status = (value: Eks.InsightStatusValue, reason: string): Eks.InsightStatus => ({ status: value, reason });
const minorOf = (version = ''): number => Number(version.split('.')[1]);

/** Kubelets may be three minors behind the control plane: at two, the next upgrade is the last. */
function kubeletSkew({ name, cluster }: ClusterRow, context: CallContext): Verdict {
  const groups = ofCluster(nodegroups(context), name).map(({ nodegroup }) => nodegroup);
  const behind = groups.filter(group => minorOf(cluster.version) - minorOf(group.version) >= 2);
  const worst = Math.max(0, ...groups.map(group => minorOf(cluster.version) - minorOf(group.version)));
  const resources = behind.map(group => ({
    insightStatus: status(worst >= 3 ? 'ERROR' : 'WARNING', 'Node group version is behind the control plane'),
    arn: group.nodegroupArn,
  }));
  if (behind.length === 0)
    return {
      insightStatus: status('PASSING', 'Node kubelet versions match the cluster control plane version.'),
      resources,
    };
  const reason = 'Node kubelet versions are behind the cluster control plane version.';
  return { insightStatus: status(worst >= 3 ? 'ERROR' : 'WARNING', reason), resources };
}

/** A rollback must not leave a kubelet newer than the control plane. */
function kubeletAhead({ name, cluster }: ClusterRow, context: CallContext): Verdict {
  const ahead = ofCluster(nodegroups(context), name).filter(
    ({ nodegroup }) => minorOf(nodegroup.version) >= minorOf(cluster.version),
  );
  if (ahead.length === 0)
    return { insightStatus: status('PASSING', 'No kubelet is newer than the version to go back to.'), resources: [] };
  const insightStatus = status('ERROR', 'Node kubelet versions are newer than the version to go back to.');
  return { insightStatus, resources: ahead.map(({ nodegroup }) => ({ insightStatus, arn: nodegroup.nodegroupArn })) };
}

const addonCompatibility =
  (step: 1 | -1) =>
  ({ name, cluster }: ClusterRow, context: CallContext): Verdict => {
    const next = offeredVersions(context.account.now()).find(
      ({ version }) => minorOf(version) === minorOf(cluster.version) + step,
    );
    const rows = ofCluster(addons(context), name).map(({ addon }) => ({
      addon,
      compatible: next ? addonDefinition(addon.addonName ?? '').versions(next) : [],
    }));
    const wrong = rows.filter(({ addon, compatible }) => next && !compatible.includes(addon.addonVersion ?? ''));
    const reason =
      wrong.length > 0
        ? `Installed EKS add-on versions are not compatible with the ${step > 0 ? 'next' : 'previous'} Kubernetes version.`
        : `All installed EKS add-on versions are compatible with ${step > 0 ? 'next' : 'previous'} Kubernetes version.`;
    return {
      insightStatus: status(wrong.length > 0 ? 'WARNING' : 'PASSING', reason),
      resources: wrong.map(({ addon }) => ({ insightStatus: status('WARNING', reason), arn: addon.addonArn })),
      categorySpecificSummary: {
        addonCompatibilityDetails: rows.map(({ addon, compatible }) => ({
          name: addon.addonName,
          compatibleVersions: [...compatible],
        })),
      },
    };
  };

const healthy = ({ cluster }: ClusterRow): Verdict => ({
  insightStatus: cluster.health?.issues?.length
    ? status('ERROR', 'Cluster has health issues.')
    : status('PASSING', 'No cluster health issues detected.'),
  resources: [],
});

const noDeprecated = (): Verdict => ({
  insightStatus: status('PASSING', 'No deprecated API usage detected within the last 30 days.'),
  resources: [],
  categorySpecificSummary: { deprecationDetails: [] },
});

type Catalog = readonly (readonly [
  name: string,
  description: string,
  judge: (row: ClusterRow, context: CallContext) => Verdict,
])[];

const upgradeCatalog: Catalog = [
  [
    'Deprecated APIs removed in Kubernetes v%',
    'Checks for usage of deprecated APIs that are scheduled for removal in Kubernetes v%. Upgrading your cluster before migrating to the updated APIs supported by v% could cause application impact.',
    noDeprecated,
  ],
  [
    'Kubelet version skew',
    'Checks for kubelet versions of worker nodes in the cluster to see if upgrade would cause noncompliance with supported Kubernetes kubelet version skew policy.',
    kubeletSkew,
  ],
  [
    'EKS add-on version compatibility',
    'Checks version of installed EKS add-ons to ensure they are compatible with the next version of Kubernetes.',
    addonCompatibility(1),
  ],
  [
    'Cluster health issues',
    'Checks for any cluster health issues that prevent successful upgrade to the next Kubernetes version on EKS.',
    healthy,
  ],
];

const rollbackCatalog: Catalog = [
  [
    'Kubelet version skew',
    'Checks for kubelets that a rollback would leave newer than the control plane.',
    kubeletAhead,
  ],
  [
    'EKS add-on version compatibility',
    'Checks that installed EKS add-ons run with the version to go back to.',
    addonCompatibility(-1),
  ],
  ['Cluster health issues', 'Checks for cluster health issues that prevent a rollback.', healthy],
];

/** What EKS says of the next minor, and for a week after an upgrade of the one before, as of now: on AWS it looks once a day. */
function insightsOf(row: ClusterRow, context: CallContext) {
  const at = context.account.now();
  const minor = minorOf(row.cluster.version);
  const canGoBack = row.upgradedAt !== undefined && at - row.upgradedAt <= rollbackDays * 86_400_000;
  const known = (to: string) => offeredVersions(at).some(({ version }) => version === to);
  const lists = [
    { category: 'UPGRADE_READINESS', version: `1.${minor + 1}`, catalog: upgradeCatalog, isAsked: true },
    { category: 'ROLLBACK_READINESS', version: `1.${minor - 1}`, catalog: rollbackCatalog, isAsked: canGoBack },
  ] as const;
  return lists.flatMap(({ category, version, catalog, isAsked }) => {
    if (!isAsked || !known(version)) return [];
    return catalog.map(([title, text, judge]) => {
      const { insightStatus = status('UNKNOWN', ''), resources = [], ...more } = judge(row, context);
      const digest = createHash('sha256').update(`${row.uid}/${title}/${version}`).digest('hex');
      return {
        id: digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
        name: title.replaceAll('%', version),
        category,
        kubernetesVersion: version,
        lastRefreshTime: new Date(at),
        lastTransitionTime: new Date(row.cluster.createdAt),
        description: text.replaceAll('%', version),
        insightStatus,
        recommendation: 'See the documentation of Amazon EKS before you upgrade.',
        resources,
        ...more,
      };
    });
  });
}

export const insightOperations = {
  ListInsights(input: Eks.ListInsightsRequest, context: CallContext) {
    const row = requireCluster(context, input.clusterName);
    const { categories, kubernetesVersions, statuses } = input.filter ?? {};
    const rows = insightsOf(row, context)
      .filter(
        insight =>
          (!categories || categories.includes(insight.category)) &&
          (kubernetesVersions ?? [insight.kubernetesVersion]).includes(insight.kubernetesVersion) &&
          (!statuses || statuses.includes(insight.insightStatus.status ?? 'UNKNOWN')),
      )
      .map(({ recommendation: _recommendation, resources: _resources, ...summary }) => summary);
    const { items, nextToken } = page(rows, input);
    return { insights: items, nextToken };
  },
  DescribeInsight(input: Eks.DescribeInsightRequest, context: CallContext) {
    const row = requireCluster(context, input.clusterName);
    const insight = insightsOf(row, context).find(({ id }) => id === input.id);
    if (!insight) throw eksError('ResourceNotFound', `No insight found for ID: ${input.id ?? ''}`, {});
    return { insight };
  },
};
