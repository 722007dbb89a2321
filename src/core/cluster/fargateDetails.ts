import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';

export interface FargateSummary {
  readonly name: string;
  readonly status: string;
  /** `apps`, `jobs compute=fargate`. */
  readonly selectors: readonly string[];
  readonly issues: readonly string[];
}

/** The Fargate profiles of a cluster: one ListFargateProfiles per 100, one DescribeFargateProfile each. Undefined for who may not look. */
export async function listFargateProfiles(
  session: AwsSession,
  clusterName: string,
  signal: AbortSignal,
): Promise<FargateSummary[] | undefined> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const options = { abortSignal: signal };
  try {
    const names: string[] = [];
    for await (const page of eks.paginateListFargateProfiles({ client }, { clusterName }, options))
      names.push(...(page.fargateProfileNames ?? []));
    const describe = async (fargateProfileName: string) => {
      const command = new eks.DescribeFargateProfileCommand({ clusterName, fargateProfileName });
      return (await client.send(command, options)).fargateProfile ?? [];
    };
    return (await Promise.all(names.map(describe))).flat().map(profile => ({
      name: profile.fargateProfileName ?? '',
      status: profile.status ?? 'UNKNOWN',
      selectors: (profile.selectors ?? []).map(({ namespace = '', labels = {} }) =>
        [namespace, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)].join(' '),
      ),
      issues: (profile.health?.issues ?? []).map(({ code = '', message = '' }) => `${code}: ${message}`),
    }));
  } catch (error) {
    const told = toPrivateEksError(error);
    if (told.code === 'access-denied') return undefined;
    throw told;
  }
}
