import type { AwsSession } from '../aws/awsSession.ts';
import { eksToken } from '../kube/eksToken.ts';
import { kubernetesApi } from '../kube/kubernetesApi.ts';
import { makeableNamespaces, makeNamespaces, missingNamespaces } from '../kube/namespaces.ts';
import { describeClusterAccess } from '../tunnel/route/clusterAccess.ts';
import { listFargateProfiles } from './fargateDetails.ts';

/** Where a tunnel to the cluster listens. */
export interface OpenTunnel {
  readonly cluster: string;
  readonly region: string;
  readonly port: number;
}

export interface FargateNamespaces {
  /** What the cluster's profiles name and Kubernetes does not have. */
  readonly missing: readonly string[];
  /** Makes them; gives those that it made. */
  readonly make: (signal: AbortSignal) => Promise<readonly string[]>;
}

/** Looks through an open tunnel; who may not see the profiles misses nothing. @throws PrivateEksError as `missingNamespaces` */
export async function fargateNamespaces(
  session: AwsSession,
  { cluster: name, region, port }: OpenTunnel,
  signal: AbortSignal,
): Promise<FargateNamespaces> {
  const profiles = (await listFargateProfiles(session, name, signal)) ?? [];
  const selected = profiles.flatMap(({ selectors }) => selectors.map(selector => selector.split(' ')[0] ?? ''));
  const names = makeableNamespaces(selected);
  if (names.length === 0) return { missing: [], make: () => Promise.resolve([]) };
  const { host, certificateAuthority: ca } = await describeClusterAccess(session, name, signal);
  const token = async () => (await eksToken(await session.credentials(), region, name, Date.now())).status.token;
  const api = kubernetesApi({ port, host, ca, token });
  const missing = await missingNamespaces(api, names, signal);
  return { missing, make: abort => makeNamespaces(api, missing, abort) };
}
