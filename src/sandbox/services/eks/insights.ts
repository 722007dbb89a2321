import { createHash } from 'node:crypto';
import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { addonDefinition } from './addonCatalog.ts';
import { addons, eksError, nodegroups, ofCluster, page, requireCluster, type ClusterRow } from './eksTables.ts';
import { offeredVersions } from './versions.ts';

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

function addonCompatibility({ name, cluster }: ClusterRow, context: CallContext): Verdict {
  const next = offeredVersions(context.account.now()).find(
    ({ version }) => minorOf(version) === minorOf(cluster.version) + 1,
  );
  const rows = ofCluster(addons(context), name).map(({ addon }) => ({
    addon,
    compatible: next ? addonDefinition(addon.addonName ?? '').versions(next) : [],
  }));
  const wrong = rows.filter(({ addon, compatible }) => next && !compatible.includes(addon.addonVersion ?? ''));
  const reason =
    wrong.length > 0
      ? 'Installed EKS add-on versions are not compatible with the next Kubernetes version.'
      : 'All installed EKS add-on versions are compatible with next Kubernetes version.';
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
}

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

const catalog: readonly (readonly [
  name: string,
  description: string,
  judge: (row: ClusterRow, context: CallContext) => Verdict,
])[] = [
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
    addonCompatibility,
  ],
  [
    'Cluster health issues',
    'Checks for any cluster health issues that prevent successful upgrade to the next Kubernetes version on EKS.',
    healthy,
  ],
];

/** What EKS says of an upgrade to the next minor, as of now: on AWS it looks once a day. */
function insightsOf(row: ClusterRow, context: CallContext) {
  const next = `1.${minorOf(row.cluster.version) + 1}`;
  const upgradable = offeredVersions(context.account.now()).some(({ version }) => version === next);
  const now = new Date(context.account.now());
  return catalog.flatMap(([title, text, judge]) => {
    if (!upgradable) return [];
    const { insightStatus = status('UNKNOWN', ''), resources = [], ...more } = judge(row, context);
    const digest = createHash('sha256').update(`${row.uid}/${title}/${next}`).digest('hex');
    const id = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
    return [
      {
        id,
        name: title.replaceAll('%', next.slice(0)),
        category: 'UPGRADE_READINESS' as const,
        kubernetesVersion: next,
        lastRefreshTime: now,
        lastTransitionTime: new Date(row.cluster.createdAt),
        description: text.replaceAll('%', next),
        insightStatus,
        recommendation: 'See the documentation of Amazon EKS before you upgrade.',
        resources,
        ...more,
      },
    ];
  });
}

export const insightOperations = {
  ListInsights(input: Eks.ListInsightsRequest, context: CallContext) {
    const row = requireCluster(context, input.clusterName);
    const { categories, kubernetesVersions, statuses } = input.filter ?? {};
    const rows = insightsOf(row, context)
      .filter(
        insight =>
          (categories ?? ['UPGRADE_READINESS']).includes(insight.category) &&
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
