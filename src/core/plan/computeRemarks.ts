import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { acceleratorOf } from '../spec/instanceType.ts';
import { formatSpecPath } from '../spec/specPath.ts';
import { namespaceCommand } from '../kube/namespaces.ts';
import { clusterShape } from '../templates/clusterShape.ts';
import { plannedNamespaces } from '../templates/fargateTemplate.ts';
import { hasPodSubnets } from '../templates/networkTemplate.ts';
import type { PlanWarning } from './plan.ts';
import { remark } from './remark.ts';

/** What a choice of nodes, Fargate and Auto Mode means beyond what it says. */
export function computeRemarks(spec: ClusterSpec): PlanWarning[] {
  const { nodes, auto, coreDns } = clusterShape(spec);
  const { features } = spec;
  const found: PlanWarning[] = [];
  for (const { name, kind, ami, os, instanceTypes } of nodeGroups(spec)) {
    const path = (field: string) => formatSpecPath(['nodes', name, field]);
    if (kind === 'self-managed')
      found.push(
        remark(
          'self-managed',
          path('kind'),
          'EKS neither drains nor replaces these nodes, and tells nothing of them: a run waits until the network plug-in works on each.',
        ),
      );
    const accelerator = acceleratorOf(instanceTypes[0] ?? '');
    // Bottlerocket's image for NVIDIA has the plugin in it.
    if (accelerator !== undefined && os === 'al2023')
      found.push(
        remark(
          'device-plugin',
          path('instanceTypes'),
          `The image has the driver; pods are given ${accelerator === 'nvidia' ? 'GPUs by NVIDIA’s' : 'Neuron devices by AWS’s'} device plugin, which is yours to install, from a registry that the nodes reach.`,
        ),
      );
    if (ami !== undefined)
      found.push(remark('own-image', path('ami'), `${ami} is not looked into: it has to fit the version and system.`));
  }
  if (!nodes && features.sessionManager)
    found.push(
      remark(
        'bastion-needed',
        'features.sessionManager',
        'Session Manager reaches no Fargate pod and no node of Auto Mode: Connect will start a bastion task.',
      ),
    );
  if (coreDns === 'fargate')
    found.push(
      remark(
        'coredns-on-fargate',
        'fargate',
        'With no nodes CoreDNS runs on Fargate, by a profile that is made for it.',
      ),
    );
  if (plannedNamespaces(spec).length > 0) found.push(remark('fargate-namespaces', 'fargate', namespaceRemark(spec)));
  if (auto)
    found.push(
      remark(
        'auto-mode-price',
        'autoMode',
        'Auto Mode makes nodes when pods wait for them and adds about 12 % to their price; the estimate has none of it.',
      ),
    );
  if (hasPodSubnets(spec))
    found.push(
      remark(
        'first-interface',
        'network.podCidr',
        'Pods take addresses of the second block on a node’s further interfaces; those on its first one still come out of the node’s own subnet.',
      ),
    );
  return found;
}

function namespaceRemark(spec: ClusterSpec): string {
  const names = plannedNamespaces(spec);
  const what = names.length === 1 ? `Namespace ${names[0]} is` : `Namespaces ${names.join(', ')} are`;
  return clusterShape(spec).nodes
    ? `${what} made by the run, through a node.`
    : `${what} made by the run where it has a way in (directly, or by a bastion that runs); else Connect offers it, which starts a bastion with your consent. By hand: ${namespaceCommand(names)}`;
}
