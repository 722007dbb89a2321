import type { Cluster } from '@aws-sdk/client-eks';
import { equal } from '../cloudformation/propertyChanges.ts';
import type { Properties } from '../cloudformation/resourceProvider.ts';
import { camel } from './eksProperties.ts';

export interface ClusterChange {
  readonly operation: 'UpdateClusterConfig' | 'UpdateClusterVersion';
  readonly input: object;
}

/** The next update that brings a cluster nearer to its properties; undefined when nothing differs. Absent properties stay as they are. */
export function nextClusterUpdate(properties: Properties, now: Cluster): ClusterChange | undefined {
  const wanted = camel(properties) as Partial<Cluster>;
  const config = (input: object): ClusterChange => ({ operation: 'UpdateClusterConfig', input });
  const { resourcesVpcConfig: vpc = {}, accessConfig, upgradePolicy, deletionProtection, version } = wanted;
  const vpcNow = now.resourcesVpcConfig ?? {};
  const differs = (key: keyof typeof vpc) => vpc[key] !== undefined && !equal(sorted(vpc[key]), sorted(vpcNow[key]));

  if (
    differs('endpointPublicAccess') ||
    differs('endpointPrivateAccess') ||
    (vpc.endpointPublicAccess && differs('publicAccessCidrs'))
  ) {
    const { endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs } = vpc;
    return config({ resourcesVpcConfig: { endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs } });
  }
  if (differs('subnetIds') || differs('securityGroupIds'))
    return config({ resourcesVpcConfig: { subnetIds: vpc.subnetIds, securityGroupIds: vpc.securityGroupIds } });
  if (wanted.logging) {
    const on = (wanted.logging.clusterLogging ?? []).flatMap(setup => setup.types ?? []);
    const onNow = (now.logging?.clusterLogging ?? [])
      .filter(setup => setup.enabled)
      .flatMap(setup => setup.types ?? []);
    if (!equal(sorted(on), sorted(onNow))) {
      const off = onNow.filter(type => !on.includes(type));
      const clusterLogging = [
        { types: on, enabled: true },
        { types: off, enabled: false },
      ].filter(setup => setup.types.length > 0);
      return config({ logging: { clusterLogging } });
    }
  }
  const mode = accessConfig?.authenticationMode;
  if (mode && mode !== now.accessConfig?.authenticationMode)
    return config({ accessConfig: { authenticationMode: mode } });
  if (upgradePolicy?.supportType && upgradePolicy.supportType !== now.upgradePolicy?.supportType)
    return config({ upgradePolicy });
  if (deletionProtection !== undefined && deletionProtection !== now.deletionProtection)
    return config({ deletionProtection });
  if (version && version !== now.version) return { operation: 'UpdateClusterVersion', input: { version } };
  return undefined;
}

const sorted = (value: unknown): unknown => (Array.isArray(value) ? [...(value as unknown[])].sort() : value);
