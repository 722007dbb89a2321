import { stringify } from 'yaml';
import { type ClusterUserData, type NodeUserData, taintText } from './nodeUserData.ts';

const boundary = 'private-eks-node';

/**
 * User data of an AL2023 node: a MIME message with one NodeConfig for nodeadm. With endpoint, authority and service block given, nodeadm
 * does not ask the EKS API, so no `eks` endpoint is needed to join. A proxy is for every service of the node, containerd and kubelet among
 * them; images from November 2025 on know it, and their own metadata calls go round it.
 */
export function nodeadmUserData({ cluster, proxy }: NodeUserData<Omit<ClusterUserData, 'clusterDns'>>): string {
  const config = {
    apiVersion: 'node.eks.aws/v1alpha1',
    kind: 'NodeConfig',
    spec: {
      ...(cluster ? joining(cluster) : {}),
      ...(proxy
        ? {
            instance: {
              environment: {
                default: { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: proxy.noProxy.join(',') },
              },
            },
          }
        : {}),
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

function joining(node: Omit<ClusterUserData, 'clusterDns'>) {
  const labels = Object.entries(node.labels).map(([key, value]) => `${key}=${value}`);
  const flags = [
    ...(labels.length > 0 ? [`--node-labels=${labels.join(',')}`] : []),
    ...(node.taints.length > 0 ? [`--register-with-taints=${node.taints.map(taintText).join(',')}`] : []),
  ];
  return {
    cluster: {
      name: node.clusterName,
      apiServerEndpoint: node.apiServer,
      certificateAuthority: node.certificateAuthority,
      cidr: node.serviceCidr,
    },
    ...(flags.length > 0 ? { kubelet: { flags } } : {}),
  };
}
