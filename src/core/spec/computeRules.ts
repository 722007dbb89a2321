import type { Finding } from './finding.ts';
import type { SettledSpecFile } from './schema.ts';

/** EKS's quota of label pairs in one selector. */
const mostLabels = 5;
/** CloudFormation's, which takes no empty one in a selector, unlike Kubernetes. */
const longestLabel = 255;
/** What Auto Mode brings inside its nodes. */
const builtIn = ['vpc-cni', 'kube-proxy', 'coredns', 'eks-pod-identity-agent', 'aws-ebs-csi-driver'];

/** Whether there is something that pods, CoreDNS first of all, can run on, and what the choice of it rules out. */
export function computeRules(spec: SettledSpecFile): Finding[] {
  return [...somewhereToRun(spec), ...fargateRules(spec), ...autoModeRules(spec)];
}

function hasAutoMode({ autoMode }: SettledSpecFile): boolean {
  return autoMode !== undefined && autoMode.nodePools.length > 0;
}

function somewhereToRun(spec: SettledSpecFile): Finding[] {
  const { nodes, fargate, addons } = spec;
  if (Object.keys(fargate).length > 0 || hasAutoMode(spec)) return [];
  const groups = Object.entries(nodes);
  if (groups.length === 0) {
    const why = 'so that pods have nothing to run on';
    return spec.autoMode
      ? [
          {
            path: ['autoMode', 'nodePools'],
            why,
            allowed: 'a list of one pool at least, or there must be nodes or fargate',
          },
        ]
      : [{ path: ['nodes'], why, allowed: 'a map of one group at least, or there must be fargate or autoMode' }];
  }
  const withNodes = groups.filter(([, group]) => group.desiredSize > 0);
  const [firstName = '', first] = groups[0] ?? [];
  if (withNodes.length === 0) {
    const why = 'so that nothing runs CoreDNS';
    const path = ['nodes', firstName, 'desiredSize'];
    return [
      { path, seen: `the number ${first?.desiredSize ?? 0}`, why, allowed: '1 or more, here or in another group' },
    ];
  }
  // Whoever configures CoreDNS may have given it tolerations.
  if (addons.coredns?.configuration !== undefined) return [];
  const repels = (taint: { key: string; effect: string }) =>
    taint.effect !== 'PreferNoSchedule' && taint.key !== 'CriticalAddonsOnly';
  if (withNodes.some(([, group]) => !group.taints.some(repels))) return [];
  const [name = ''] = withNodes[0] ?? [];
  const why = 'which CoreDNS does not tolerate, and no other group has nodes that it can run on';
  return [{ path: ['nodes', name, 'taints'], at: 'value', why, allowed: 'left out in one group at least' }];
}

function fargateRules(spec: SettledSpecFile): Finding[] {
  const { fargate, nodes, features, access, addons } = spec;
  const profiles = Object.entries(fargate);
  const found = profiles.flatMap(([name, { selectors }]): Finding[] => [
    ...(name.startsWith('eks-')
      ? [
          {
            path: ['fargate', name],
            at: 'key' as const,
            seen: JSON.stringify(name),
            why: 'a prefix that EKS keeps to itself',
            allowed: 'a name that does not begin with eks-',
          },
        ]
      : []),
    ...selectors.flatMap(({ labels }, index): Finding[] => {
      const count = Object.keys(labels).length;
      const path = ['fargate', name, 'selectors', index, 'labels'];
      if (count > mostLabels)
        return [{ path, seen: `a map of ${count}`, allowed: `a map of at most ${mostLabels} labels` }];
      return Object.entries(labels).flatMap(([key, value]): Finding[] =>
        value.length >= 1 && value.length <= longestLabel
          ? []
          : [{ path: [...path, key], allowed: `a text of 1 to ${longestLabel} characters` }],
      );
    }),
  ]);
  if (profiles.length === 0 || Object.keys(nodes).length > 0 || hasAutoMode(spec)) return found;
  if (features.ebs) {
    const why = 'but volumes of EBS cannot be mounted on Fargate, and there are no nodes';
    found.push({ path: ['features', 'ebs'], why, allowed: 'false, or there must be nodes' });
  }
  const roles = [
    ...(access.podIdentities.length > 0 ? [['access', 'podIdentities']] : []),
    ...Object.entries(addons).flatMap(([name, { podIdentity }]) =>
      Object.keys(podIdentity).length > 0 ? [['addons', name, 'podIdentity']] : [],
    ),
  ];
  for (const path of roles) {
    const why = 'but Fargate has no Pod Identity, and there are no nodes';
    found.push({ path, why, allowed: 'left out, with features.irsa for such pods' });
  }
  return found;
}

function autoModeRules(spec: SettledSpecFile): Finding[] {
  if (!hasAutoMode(spec)) return [];
  const { addons, nodes, features, network } = spec;
  if (Object.keys(nodes).length > 0) return [];
  const found: Finding[] = [];
  if (network.podCidr !== undefined) {
    const why = 'but nodes of Auto Mode take the addresses of pods from their own subnets';
    found.push({ severity: 'warning', path: ['network', 'podCidr'], why, allowed: 'left out' });
  }
  for (const name of builtIn.filter(addon => addons[addon] !== undefined)) {
    const why = 'which Auto Mode has built in, and there are no other nodes';
    found.push({ path: ['addons', name], at: 'key', seen: JSON.stringify(name), why, allowed: 'left out' });
  }
  for (const feature of ['ebs', 'loadBalancers'] as const) {
    if (!features[feature]) continue;
    const why = 'but Auto Mode has it built in, and there are no other nodes';
    found.push({ severity: 'warning', path: ['features', feature], why, allowed: 'false' });
  }
  return found;
}
