import { stringify } from 'yaml';
import { taintText, type NodeUserData } from './nodeUserData.ts';

const boundary = 'private-eks-node';

/**
 * User data of an AL2023 node: a MIME message with one NodeConfig for nodeadm. With endpoint, authority and service block given, nodeadm
 * does not ask the EKS API, so no `eks` endpoint is needed to join.
 */
export function nodeadmUserData(node: Omit<NodeUserData, 'clusterDns'>): string {
  const labels = Object.entries(node.labels).map(([key, value]) => `${key}=${value}`);
  const flags = [
    ...(labels.length > 0 ? [`--node-labels=${labels.join(',')}`] : []),
    ...(node.taints.length > 0 ? [`--register-with-taints=${node.taints.map(taintText).join(',')}`] : []),
  ];
  const config = {
    apiVersion: 'node.eks.aws/v1alpha1',
    kind: 'NodeConfig',
    spec: {
      cluster: {
        name: node.clusterName,
        apiServerEndpoint: node.apiServer,
        certificateAuthority: node.certificateAuthority,
        cidr: node.serviceCidr,
      },
      ...(flags.length > 0 ? { kubelet: { flags } } : {}),
    },
  };
  // Quoted throughout: a cluster may be called 123, which Go's parser would not take for text.
  const yaml = stringify(config, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
  return [
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: application/node.eks.aws',
    '',
    '---',
    yaml.trimEnd(),
    '',
    `--${boundary}--`,
    '',
  ].join('\n');
}
