import { stringify } from 'yaml';
import type { ClusterAccess } from '../tunnel/route/clusterAccess.ts';
import { entryItem, entryLists, type KubeconfigEntry } from './merge/kubeconfigEntry.ts';

/** What a kubeconfig of ours says; it holds no key and no token. */
export interface KubeconfigInput {
  readonly cluster: ClusterAccess;
  /** Port of the tunnel's listener on 127.0.0.1. */
  readonly port: number;
  /** The URL, credentials included, of the tunnel's CONNECT proxy: then the file names the endpoint itself and goes there by the proxy. */
  readonly proxyUrl?: string | undefined;
  /** Absolute path of the credential launcher. */
  readonly launcher: string;
  readonly profile: string | undefined;
  /** The caller's ARN as STS tells it: one context per cluster and role. Absent: the context is named after the cluster alone. */
  readonly callerArn?: string | undefined;
  /** Instead of the name made of cluster and role. */
  readonly contextName?: string | undefined;
  /** Further variables for the credential plugin: config file paths and the like, never a key. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Context, cluster and user are named after the cluster, its region and who uses it, so that several files can be merged without a clash. */
export function contextName(cluster: Pick<ClusterAccess, 'name' | 'region'>, callerArn?: string): string {
  const role = callerArn === undefined ? undefined : roleName(callerArn);
  return `private-eks/${cluster.name}.${cluster.region}${role === undefined ? '' : `/${role}`}`;
}

/** `Admin` of an assumed role, a role or a user; a permission set's name for the roles of IAM Identity Center. */
export function roleName(callerArn: string): string | undefined {
  const [, kind, path = ''] = /^arn:[^:]+:(?:iam|sts)::\d*:([^/:]+)\/?(.*)$/.exec(callerArn) ?? [];
  if (kind === 'root') return 'root';
  const parts = path.split('/');
  const name = kind === 'assumed-role' ? parts[0] : kind === 'user' || kind === 'role' ? parts.at(-1) : undefined;
  return (/^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(name ?? '')?.[1] ?? name) || undefined;
}

/**
 * The three entries by which kubectl reaches the private endpoint. Without a proxy it dials the tunnel's port on 127.0.0.1, and asks for
 * and verifies the endpoint's real name by `tls-server-name`.
 */
export function kubeconfigEntries(input: KubeconfigInput): readonly KubeconfigEntry[] {
  const { cluster, port, proxyUrl, launcher, profile, environment } = input;
  const name = input.contextName ?? contextName(cluster, input.callerArn);
  const env = {
    ...environment,
    ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
    AWS_REGION: cluster.region,
  };
  const server =
    proxyUrl === undefined
      ? { server: `https://127.0.0.1:${port}`, 'tls-server-name': cluster.host }
      : { server: `https://${cluster.host}`, 'proxy-url': proxyUrl };
  const authority = Buffer.from(cluster.certificateAuthority, 'utf8').toString('base64');
  return [
    { list: 'clusters', name, value: { ...server, 'certificate-authority-data': authority } },
    {
      list: 'users',
      name,
      value: {
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
    { list: 'contexts', name, value: { cluster: name, user: name } },
  ];
}

/** A file of our own, with its one context as the current one. */
export function kubeconfigText(input: KubeconfigInput): string {
  const entries = kubeconfigEntries(input);
  const lists = entryLists.map(list => [list, entries.filter(entry => entry.list === list).map(entryItem)] as const);
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      ...Object.fromEntries(lists),
      'current-context': entries[0]?.name,
    },
    { lineWidth: 0 },
  );
}
