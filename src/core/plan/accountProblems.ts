import { endpointServiceName } from '../network/endpointServices.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { endpointsToMake, interfacePlace, planZones } from './endpoints.ts';
import type { AccountFacts, PlanWarning } from './plan.ts';

/** What the account cannot give the spec. A plan shows it as warnings; a run's preflight refuses to go on. */
export function accountProblems(spec: ClusterSpec, account: AccountFacts): PlanWarning[] {
  return [
    ...regionProblem(spec, account),
    ...zoneProblems(spec, account),
    ...versionProblem(spec, account),
    ...endpointProblems(spec, account),
    ...proxyProblems(spec, account),
  ];
}

function regionProblem(spec: ClusterSpec, account: AccountFacts): PlanWarning[] {
  if (spec.region === account.region) return [];
  const message = `region is ${spec.region}, while the account was looked at in ${account.region}.`;
  return [{ severity: 'warning', code: 'other-region', message, path: 'region' }];
}

function zoneProblems({ network: { vpc, zones }, region }: ClusterSpec, account: AccountFacts): PlanWarning[] {
  // An existing VPC's subnets say where, and findings of theirs what is wrong with it.
  if (vpc) return [];
  const offered = account.zones.map(({ id }) => id);
  const path = 'network.zones';
  if (typeof zones === 'number') {
    if (zones <= offered.length) return [];
    const message = `network.zones is ${zones}, but EKS accepts ${offered.length} zones of ${region} in this account: ${offered.join(', ')}.`;
    const enough = offered.length >= 2;
    const suggestion = { title: `Use ${offered.length} zones`, path, value: offered.length };
    return [{ severity: 'warning', code: 'too-few-zones', message, path, ...(enough ? { suggestion } : {}) }];
  }
  return zones.flatMap((zone, index) =>
    offered.includes(zone)
      ? []
      : [
          {
            severity: 'warning',
            code: 'zone-not-offered',
            message: `network.zones[${index}] is ${zone}, which EKS does not accept in this account; it accepts ${offered.join(', ')}.`,
            path: `${path}[${index}]`,
          } as const,
        ],
  );
}

function versionProblem({ version }: ClusterSpec, { versions }: AccountFacts): PlanWarning[] {
  const usable = versions.filter(({ support }) => support !== 'unsupported');
  if (versions.length === 0 || usable.some(known => known.version === version)) return [];
  const [newest] = usable;
  const message = `version is "${version}", which EKS does not offer here; it offers ${usable.map(known => known.version).join(', ')}.`;
  const suggestion = newest && { title: `Use ${newest.version}`, path: 'version', value: newest.version };
  return [
    {
      severity: 'warning',
      code: 'version-not-offered',
      message,
      path: 'version',
      ...(suggestion ? { suggestion } : {}),
    },
  ];
}

/** Endpoint services that AWS offers in no zone of the plan: without them nothing would be made. */
function endpointProblems(spec: ClusterSpec, account: AccountFacts): PlanWarning[] {
  const { endpointZones } = account;
  const zones = planZones(spec, account);
  if (!endpointZones || !zones || account.region !== spec.region) return [];
  return endpointsToMake(spec, account).flatMap(({ service, type, neededBy, zones: served }) => {
    const name = endpointServiceName(service, spec.region);
    const offered = endpointZones[name];
    if (offered && (type === 'Gateway' || (served?.length ?? zones.length) > 0)) return [];
    const where = offered ? `in ${zones.join(', ')}; it is in ${offered.join(', ')}` : `in ${spec.region}`;
    const [user = 'extra'] = neededBy;
    const path =
      user === 'extra' ? 'endpoints.extra' : user === 'nodes' || user === 'fargate' ? user : `features.${user}`;
    const message = `${name} is not offered ${where}: ${neededBy.join(', ')} would have no private way to it. If it is reached in another way, name ${service} under endpoints.reachable.`;
    return [{ severity: 'warning', code: 'endpoint-not-offered', message, path } as const];
  });
}

/** A proxy's service that is not shared with this account, or that lies in none of the plan's zones. */
function proxyProblems(spec: ClusterSpec, account: AccountFacts): PlanWarning[] {
  const service = spec.proxy?.endpointService;
  const { proxyService } = account;
  if (service === undefined || !proxyService || account.region !== spec.region) return [];
  const warning = (code: string, message: string): PlanWarning[] => [
    { severity: 'warning', code, message, path: 'proxy.endpointService' },
  ];
  if (!proxyService.isShared)
    return warning(
      'proxy-not-shared',
      `${service} is no endpoint service that account ${account.accountId} may use in ${spec.region}: its owner has to allow arn:${account.partition}:iam::${account.accountId}:root, or the name is wrong.`,
    );
  const zones = planZones(spec, account) ?? [];
  const { zones: served = [] } = interfacePlace(proxyService.zones, spec, account);
  if (zones.length === 0 || served.length > 0) return [];
  return warning(
    'proxy-in-no-zone',
    `${service} is offered in ${proxyService.zones.join(', ')}, and the cluster is in ${zones.join(', ')}: no endpoint can lead to it.`,
  );
}
