import { didYouMean } from './didYouMean.ts';
import type { Finding } from './finding.ts';
import type { SettledSpecFile } from './schema.ts';

/** EKS's own add-ons, for slips of the pen; others are let through to AWS. */
export const knownAddons: readonly string[] = [
  'vpc-cni',
  'kube-proxy',
  'coredns',
  'eks-pod-identity-agent',
  'aws-ebs-csi-driver',
  'aws-efs-csi-driver',
  'aws-fsx-csi-driver',
  'aws-mountpoint-s3-csi-driver',
  'aws-secrets-store-csi-driver-provider',
  'snapshot-controller',
  'adot',
  'amazon-cloudwatch-observability',
  'aws-guardduty-agent',
  'aws-network-flow-monitoring-agent',
  'eks-node-monitoring-agent',
  'metrics-server',
  'kube-state-metrics',
  'prometheus-node-exporter',
  'cert-manager',
  'external-dns',
];

export function addonRules({ addons, features, access }: SettledSpecFile): Finding[] {
  return [
    ...Object.entries(addons).flatMap(([name, addon]): Finding[] => {
      const path = ['addons', name];
      const meant = knownAddons.includes(name) ? undefined : didYouMean(name, knownAddons);
      return [
        ...(meant
          ? [
              {
                severity: 'warning' as const,
                path,
                at: 'key' as const,
                seen: JSON.stringify(name),
                why: `(did you mean ${meant}?)`,
                allowed: 'the name of an add-on of EKS',
              },
            ]
          : []),
        ...(Object.keys(addon.podIdentity).length > 0 && !features.podIdentity
          ? [needsAgent([...path, 'podIdentity'])]
          : []),
      ];
    }),
    ...(access.podIdentities.length > 0 && !features.podIdentity ? [needsAgent(['access', 'podIdentities'])] : []),
  ];
}

function needsAgent(path: string[]): Finding {
  const why = 'but features.podIdentity is off: nothing would give pods these roles';
  return {
    path,
    why,
    allowed: 'left out, or features.podIdentity must be true',
    judgedBy: [['features', 'podIdentity']],
  };
}
