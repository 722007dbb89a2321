import { stringify } from 'yaml';
import type { ClusterAccess } from '../tunnel/route/clusterAccess.ts';

/** What our own kubeconfig file says; it holds no key and no token. */
export interface KubeconfigInput {
  readonly cluster: ClusterAccess;
  /** Port of the tunnel's listener on 127.0.0.1. */
  readonly port: number;
  /** Absolute path of the credential launcher. */
  readonly launcher: string;
  readonly profile: string | undefined;
  /** Further variables for the credential plugin: config file paths and the like, never a key. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Context and user are named after the cluster and its region, so that several files can be merged without a clash. */
export function contextName(cluster: Pick<ClusterAccess, 'name' | 'region'>): string {
  return `private-eks/${cluster.name}.${cluster.region}`;
}

/**
 * A kubeconfig that reaches the private endpoint through the tunnel: kubectl dials 127.0.0.1, and asks for and verifies the
 * endpoint's real name by `tls-server-name`.
 */
export function kubeconfigText(input: KubeconfigInput): string {
  const { cluster, port, launcher, profile, environment } = input;
  const name = contextName(cluster);
  const env = {
    ...environment,
    ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
    AWS_REGION: cluster.region,
  };
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name,
          cluster: {
            server: `https://127.0.0.1:${port}`,
            'tls-server-name': cluster.host,
            'certificate-authority-data': Buffer.from(cluster.certificateAuthority, 'utf8').toString('base64'),
          },
        },
      ],
      users: [
        {
          name,
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1beta1',
              command: launcher,
              args: ['token', '--cluster', cluster.name, '--region', cluster.region],
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              interactiveMode: 'Never',
              provideClusterInfo: false,
            },
          },
        },
      ],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    },
    { lineWidth: 0 },
  );
}
