import type { AddonSpec, ClusterSpec } from '../spec/clusterSpec.ts';
import { plannedAddons } from '../templates/plannedAddons.ts';
import type { ClusterFacts } from './clusterFacts.ts';

/** Add-ons as a spec has them, without what comes by itself. */
export function addonsOf(facts: ClusterFacts, draft: ClusterSpec, lose: (what: string) => void): ClusterSpec['addons'] {
  const derived = plannedAddons({ ...draft, addons: {} });
  const there = Object.fromEntries(facts.addons.map(({ addonName = '' }) => [addonName, { podIdentity: {} }]));
  const planned = plannedAddons({ ...draft, addons: there });
  // A role that our own stacks make comes again by itself; CloudFormation cuts its name where the cluster's is long.
  const isMade = (arn: string) => arn.includes(`:role/private-eks-${`${draft.name}-`.slice(0, 12)}`);
  const entries = facts.addons.map(({ addonName = '', addonVersion, configurationValues, serviceAccountRoleArn }) => {
    const own = derived.find(({ name }) => name === addonName);
    const made = planned.find(({ name }) => name === addonName);
    if (serviceAccountRoleArn && !(made?.irsaRole && isMade(serviceAccountRoleArn)))
      lose(`add-on ${addonName}: its role by IRSA, ${serviceAccountRoleArn}; say it under podIdentity`);
    const configuration = withoutDerived(configurationValues, own?.configuration, addonName, lose);
    const podIdentity = Object.fromEntries(
      facts.podIdentities
        .filter(
          ({ ownerArn, serviceAccount = '', roleArn = '' }) =>
            ownerArn?.includes(`/${addonName}/`) && !(serviceAccount in (made?.podIdentity ?? {}) && isMade(roleArn)),
        )
        .map(({ serviceAccount = '', roleArn = '' }) => [serviceAccount, roleArn]),
    );
    const addon: AddonSpec = {
      ...(addonVersion === undefined ? {} : { version: addonVersion }),
      ...(configuration ? { configuration } : {}),
      podIdentity,
    };
    return [addonName, addon] as const;
  });
  const missing = derived
    .filter(({ name }) => !facts.addons.some(({ addonName }) => addonName === name))
    .map(({ name }) => name);
  if (missing.length > 0) lose(`not there as EKS add-ons: ${missing.join(', ')}; a cluster from this spec has them`);
  return Object.fromEntries(entries);
}

function withoutDerived(
  text: string | undefined,
  derived: Readonly<Record<string, unknown>> | undefined,
  name: string,
  lose: (what: string) => void,
) {
  if (!text) return undefined;
  let values: Record<string, unknown>;
  try {
    values = JSON.parse(text) as Record<string, unknown>;
  } catch {
    lose(`add-on ${name}: its configuration is not JSON: ${text}`);
    return undefined;
  }
  const rest = Object.entries(values).filter(
    ([key, value]) => JSON.stringify(derived?.[key]) !== JSON.stringify(value),
  );
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}
