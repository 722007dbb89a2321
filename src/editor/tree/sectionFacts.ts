import type { ClusterParts } from '../clusters/clusterStore.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';
import type { LeafNode, SectionNode } from './treeNode.ts';
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
      return (parts?.endpoints ?? []).map(({ id, service, type, state }) =>
        leaf(id, service, `${type.toLowerCase()} · ${state}`, 'plug', { tooltip: id }),
      );
    case 'nodes':
      return (parts?.nodeGroups ?? []).map(group =>
        leaf(
          group.name,
          group.name,
          `${group.desired} × ${group.instanceTypes.join(', ')} · ${group.status.toLowerCase()}`,
          group.issues.length > 0 ? 'warning' : 'server',
          {
            nodeGroup: group,
            tooltip: group.issues.join('\n') || group.name,
          },
        ),
      );
    case 'access':
      return (parts?.principals ?? []).map(arn =>
        leaf(arn, arn.replace(/^.*?:(role|user)\//, ''), arn.includes(':user/') ? 'user' : 'role', 'person', {
          tooltip: arn,
        }),
      );
    case 'stacks':
      return (parts?.stacks ?? []).map(stack =>
        leaf(stack.name, stack.name, stack.status, /FAILED|ROLLBACK/.test(stack.status) ? 'error' : 'layers', {
          stack,
          tooltip: stack.reason ?? stack.id,
        }),
      );
    case 'tunnel':
      return tunnel ? tunnelFacts(node, tunnel, Date.now()) : [];
    case 'bastions':
      return [];
  }
}
