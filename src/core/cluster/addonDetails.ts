import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';

export interface AddonSummary {
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly issues: readonly string[];
  /** What EKS takes by itself for this Kubernetes version, where it is another and newer than what is there. */
  readonly update: string | undefined;
}

/**
 * The add-ons of a cluster. Calls: one ListAddons per 100, one DescribeAddon each, and one paged call for what is offered. Undefined for who
 * may not look; who may not see what is offered is told of no update.
 */
export async function listAddons(
  session: AwsSession,
  cluster: { readonly name: string; readonly version: string },
  signal: AbortSignal,
): Promise<AddonSummary[] | undefined> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const options = { abortSignal: signal };
  const clusterName = cluster.name;
  const offered = new Map<string, string>();
  const describe = async (addonName: string) =>
    (await client.send(new eks.DescribeAddonCommand({ clusterName, addonName }), options)).addon ?? [];
  try {
    const names: string[] = [];
    for await (const page of eks.paginateListAddons({ client }, { clusterName }, options))
      names.push(...(page.addons ?? []));
    if (names.length === 0) return [];
    const readOffered = async () => {
      const input = { kubernetesVersion: cluster.version, owners: ['aws'] };
      for await (const page of eks.paginateDescribeAddonVersions({ client }, input, options))
        for (const { addonName = '', addonVersions = [] } of page.addons ?? []) {
          const usual = addonVersions.find(({ compatibilities }) =>
            compatibilities?.some(
              ({ clusterVersion, defaultVersion }) => clusterVersion === cluster.version && defaultVersion,
            ),
          );
          if (usual?.addonVersion) offered.set(addonName, usual.addonVersion);
        }
    };
    const [found] = await Promise.all([Promise.all(names.map(describe)), readOffered().catch(unlessDenied)]);
    return found.flat().map(({ addonName = '', addonVersion = '', status = 'UNKNOWN', health }) => ({
      name: addonName,
      version: addonVersion,
      status,
      issues: (health?.issues ?? []).map(({ code = '', message = '' }) => `${code}: ${message}`),
      update: newer(offered.get(addonName), addonVersion),
    }));
  } catch (error) {
    return unlessDenied(error);
  }
}

/** @throws PrivateEksError whatever else it is */
function unlessDenied(error: unknown): undefined {
  const told = toPrivateEksError(error);
  if (told.code !== 'access-denied') throw told;
}

/** `v1.21.1-eksbuild.3` after `v1.21.1-eksbuild.1`; another one that is older is no update. */
function newer(offered: string | undefined, now: string): string | undefined {
  return offered !== undefined && offered.localeCompare(now, 'en', { numeric: true }) > 0 ? offered : undefined;
}
