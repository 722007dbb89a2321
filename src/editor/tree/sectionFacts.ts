import type { ClusterParts } from '../clusters/clusterStore.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';
import type { LeafNode, SectionNode } from './treeNode.ts';
import { isMadeHere, selfManagedGroups, stackWords } from './clusterShape.ts';
import { tunnelFacts } from './tunnelRows.ts';

/** What a section is made of, as far as it is known already. */
export function sectionFacts(
  node: SectionNode,
  parts: ClusterParts | undefined,
  tunnel: LiveTunnel | undefined,
): LeafNode[] {
  const { account, cluster, section } = node;
  const leaf = (
    id: string,
    label: string,
    description: string,
    icon: string,
    more: Partial<LeafNode> = {},
  ): LeafNode => ({
    kind: 'leaf',
    id: `${section}/${account.id}/${cluster.name}/${id}`,
    label,
    description,
    icon,
    ...more,
  });
  const unseen = (actions: string, label = 'Not to be seen') =>
    leaf(`unseen-${actions}`, label, `needs ${actions}`, 'lock', { tooltip: `You may not look: it needs ${actions}` });
  switch (section) {
    case 'control-plane':
      return [
        leaf('endpoint', 'Endpoint', cluster.host ?? 'none yet', cluster.publicEndpoint ? 'globe' : 'lock'),
        leaf('version', 'Kubernetes', cluster.version, 'versions'),
        leaf('logs', 'Logs', cluster.logTypes.join(', ') || 'none', 'output'),
        leaf('key', 'Secrets', cluster.customerKey ? 'key of your own' : 'AWS-owned key', 'shield'),
        leaf('protection', 'Deletion protection', cluster.deletionProtection ? 'on' : 'off', 'lock'),
        ...cluster.health.map((issue, index) => leaf(`health-${index}`, issue, '', 'warning')),
      ];
    case 'network':
      return [
        leaf('vpc', 'VPC', cluster.vpcId, 'type-hierarchy'),
        ...(parts && !parts.endpoints ? [unseen('ec2:DescribeVpcEndpoints')] : []),
        ...(parts?.endpoints ?? []).map(({ id, service, type, state, madeFor }) => {
          const whose = madeFor === cluster.name ? [] : [madeFor === undefined ? 'adopted' : `adopted, of ${madeFor}`];
          const troubled = state.toLowerCase() === 'available' ? [] : [state.toLowerCase()];
          const description = [...troubled, ...(isMadeHere(cluster) ? whose : []), type.toLowerCase()].join(' · ');
          const tooltip = `${id}: ${type.toLowerCase()} endpoint of ${service}, ${state.toLowerCase()}`;
          return leaf(id, service, description, /failed|rejected|expired/i.test(state) ? 'warning' : 'plug', {
            tooltip,
          });
        }),
      ];
    case 'nodes':
      return [
        ...(parts && !parts.nodeGroups ? [unseen('eks:ListNodegroups, eks:DescribeNodegroup')] : []),
        ...(parts?.nodeGroups ?? []).map(group =>
          leaf(
            group.name,
            group.name,
            [
              `${group.desired} × ${shortTypes(group.instanceTypes)}`,
              ...(group.spot ? ['spot'] : []),
              group.status.toLowerCase().replaceAll('_', ' '),
            ].join(' · '),
            group.issues.length > 0 || /FAILED|DEGRADED/.test(group.status) ? 'warning' : 'server',
            {
              nodeGroup: group,
              tooltip: group.issues.join('\n') || `${group.name}: managed, ${group.instanceTypes.join(', ')}`,
            },
          ),
        ),
        ...(parts ? selfManagedGroups(parts, cluster) : []).map(({ name, stack }) =>
          leaf(`self-managed-${name}`, name, 'self-managed', 'server', {
            tooltip: `${name}: self-managed, stack ${stack.name}`,
          }),
        ),
        ...(parts?.fargate ?? []).map(({ name, status, selectors, issues }) =>
          leaf(
            `fargate-${name}`,
            name,
            `Fargate · ${status.toLowerCase().replaceAll('_', ' ')} · ${selectors.join('; ')}`,
            issues.length > 0 ? 'warning' : 'cloud',
            { tooltip: issues.join('\n') || `Pods of ${selectors.join('; ')} run on Fargate` },
          ),
        ),
        ...(parts && !parts.fargate
          ? [unseen('eks:ListFargateProfiles, eks:DescribeFargateProfile', 'Fargate profiles')]
          : []),
        ...(cluster.autoMode ? [leaf('auto-mode', 'Auto Mode', 'AWS runs the nodes', 'server-environment')] : []),
      ];
    case 'addons':
      if (parts && !parts.addons) return [unseen('eks:ListAddons, eks:DescribeAddon')];
      return (parts?.addons ?? []).map(({ name, version, status, issues, update }) =>
        leaf(
          name,
          name,
          [
            ...(status === 'ACTIVE' ? [] : [status.toLowerCase().replaceAll('_', ' ')]),
            ...(update ? [`update to ${update}`, `has ${version}`] : [version]),
          ].join(' · '),
          issues.length > 0 || /FAILED|DEGRADED/.test(status) ? 'warning' : update ? 'arrow-circle-up' : 'extensions',
          {
            tooltip:
              issues.join('\n') ||
              (update
                ? `${name} has ${version}; ${update} is what EKS takes for Kubernetes ${cluster.version}`
                : `${name} ${version}`),
          },
        ),
      );
    case 'access':
      if (parts && !parts.principals) return [unseen('eks:ListAccessEntries')];
      return (parts?.principals ?? []).map(arn =>
        leaf(arn, arn.replace(/^.*?:(role|user)\//, ''), arn.includes(':user/') ? 'user' : 'role', 'person', {
          tooltip: arn,
        }),
      );
    case 'stacks':
      if (parts && !parts.stacks) return [unseen('cloudformation:DescribeStacks')];
      return (parts?.stacks ?? []).map(stack =>
        leaf(
          stack.name,
          stackWords(cluster.name, stack.name) ?? stack.name,
          stack.status,
          /FAILED|ROLLBACK/.test(stack.status) ? 'error' : 'layers',
          {
            stack,
            tooltip: stack.reason ?? stack.name,
          },
        ),
      );
    case 'tunnel':
      return tunnel ? tunnelFacts(node, tunnel, Date.now()) : [];
    case 'bastions':
      return [];
  }
}

/** A row has room for one: `m7i.large +2`. */
function shortTypes([first = '', ...others]: readonly string[]): string {
  return others.length > 0 ? `${first} +${others.length}` : first;
}
