import { signalOption } from '../../aws/identity.ts';
import { pages } from '../../aws/pages.ts';
import { healthText } from '../healthCodes.ts';
import type { SlowLook } from '../explainSlowness.ts';
import { lookAtGroup } from '../nodeLooks/groupLook.ts';
import { gatherInstances } from '../nodeLooks/instanceLooks.ts';

/** The control plane's own status, its health issues, and the updates that are under way. */
export const clusterLook: SlowLook = async ({ session, cluster: name, signal }) => {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }), signalOption(signal));
  const issues = cluster?.health?.issues ?? [];
  return {
    waitingFor: issues[0] ? healthText('cluster', issues[0]) : `cluster ${name}, which is ${cluster?.status}`,
    evidence: [
      `cluster ${name}: ${cluster?.status}, made ${cluster?.createdAt?.toISOString()}`,
      ...issues.map(issue => `cluster ${name}: ${healthText('cluster', issue)}`),
    ],
  };
};

export const addonLook: SlowLook = async ({ session, cluster: clusterName, signal }) => {
  const { DescribeAddonCommand, paginateListAddons } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  const options = signalOption(signal);
  const addons = await pages(paginateListAddons({ client: eks }, { clusterName }, options), page => page.addons);
  const described = await Promise.all(
    addons.map(addonName => eks.send(new DescribeAddonCommand({ clusterName, addonName }), options)),
  );
  const unready = described.flatMap(({ addon }) => (addon && addon.status !== 'ACTIVE' ? [addon] : []));
  return {
    ...(unready.length > 0
      ? { waitingFor: unready.map(({ addonName, status }) => `add-on ${addonName}, which is ${status}`).join(', ') }
      : {}),
    evidence: unready.flatMap(({ addonName, status, health }) => [
      `add-on ${addonName}: ${status}`,
      ...(health?.issues ?? []).map(issue => `add-on ${addonName}: ${healthText('addon', issue)}`),
    ]),
  };
};

/** The group's status and health, its instances, and what Auto Scaling tried last. */
export const nodesLook: SlowLook = async ({ session, cluster: clusterName, stack, signal }) => {
  const name = stack.slice('nodes-'.length);
  const nodegroup = (await lookAtGroup(session, clusterName, name, signal))?.nodegroup;
  const nodegroupName = nodegroup?.nodegroupName ?? name;
  const seen = await gatherInstances(session, { cluster: clusterName, group: name, nodegroup }, signal);
  const alive = seen.instances.filter(({ state }) => state === 'running' || state === 'pending');
  const running = alive.filter(({ state }) => state === 'running').length;
  // Of a self-managed group nobody at EKS knows which have joined.
  const joining = nodegroup
    ? `${nodegroup.scalingConfig?.desiredSize ?? running} nodes to join`
    : `${alive.filter(({ hasPodAddresses }) => !hasPodAddresses).length} of ${alive.length} nodes to join`;
  const issues = nodegroup?.health?.issues ?? [];
  const refused = seen.activities.find(({ status }) => status === 'Failed');
  const waitingFor = issues[0]
    ? healthText('nodegroup', issues[0])
    : refused
      ? `an instance that cannot be launched: ${refused.message}`
      : `${joining}; ${running} instances run`;
  return {
    waitingFor,
    evidence: [
      ...(nodegroup ? [`node group ${nodegroupName}: ${nodegroup.status}`] : []),
      ...issues.map(issue => `node group ${nodegroupName}: ${healthText('nodegroup', issue)}`),
      ...seen.instances.map(
        ({ id, type, state, zone, stateReason }) =>
          `${id} (${type}, ${zone}): ${state}${stateReason ? `, ${stateReason}` : ''}`,
      ),
      ...seen.activities
        .filter(({ status }) => status !== 'Successful')
        .slice(0, 3)
        .map(({ group, status, message }) => `${group}: ${status}: ${message}`),
    ],
  };
};

export const fargateLook: SlowLook = async ({ session, cluster: clusterName, signal }) => {
  const { DescribeFargateProfileCommand, paginateListFargateProfiles } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  const options = signalOption(signal);
  const paged = paginateListFargateProfiles({ client: eks }, { clusterName }, options);
  const fargateProfileNames = await pages(paged, page => page.fargateProfileNames);
  const profiles = await Promise.all(
    fargateProfileNames.map(async fargateProfileName => {
      const command = new DescribeFargateProfileCommand({ clusterName, fargateProfileName });
      return (await eks.send(command, options)).fargateProfile;
    }),
  );
  const unready = profiles.filter(profile => profile !== undefined && profile.status !== 'ACTIVE');
  return {
    ...(unready.length > 0
      ? {
          waitingFor: unready
            .map(profile => `Fargate profile ${profile?.fargateProfileName}, which is ${profile?.status}`)
            .join(', '),
        }
      : {}),
    evidence: profiles.flatMap(profile => [
      `Fargate profile ${profile?.fargateProfileName}: ${profile?.status}`,
      ...(profile?.health?.issues ?? []).map(
        issue => `Fargate profile ${profile?.fargateProfileName}: ${healthText('fargate', issue)}`,
      ),
    ]),
  };
};
