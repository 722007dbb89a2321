import type { PlannedEndpoint } from '../plan/plan.ts';
import { endpointServiceName } from './endpointServices.ts';
import { endpointPolicyVerdict } from './endpointPolicyVerdict.ts';
import { finding, isError, type RawFinding } from './rawFinding.ts';
import { judgeEndpointGroups } from './judgeEndpointGroups.ts';
import { answeringZone, judgeAnsweringZone } from './judgeHostedZones.ts';
import type { EndpointFacts, HostedZoneFacts } from './networkFacts.ts';
import type { FindingCode } from './findingTexts.ts';
import { isShared, podTablesToS3, type NetworkView, type UsedTable } from './networkView.ts';

interface Need {
  readonly service: string;
  readonly type: 'Interface' | 'Gateway';
}

export interface EndpointStanding {
  readonly standing: PlannedEndpoint['standing'];
  readonly existingId?: string;
  readonly findings: readonly RawFinding[];
}

/** How what is needed stands in an existing VPC: to be made, there and serving, reached from elsewhere, or there and wrong. */
export function endpointStanding(need: Need, view: NetworkView): EndpointStanding {
  const zone = need.type === 'Interface' ? answeringZone(need.service, view) : undefined;
  const judged = candidates(need, view).map(endpoint => ({ endpoint, findings: judgeEndpoint(endpoint, need, view) }));
  const serving = judged.find(({ findings }) => !findings.some(isError));
  if (serving) {
    const spare = judged
      .filter(item => item !== serving)
      .filter(({ endpoint }) => !sharesTables(endpoint, need, view))
      .map(({ endpoint }) => duplicate(endpoint, serving.endpoint, need));
    return { standing: 'present', existingId: serving.endpoint.id, findings: [...serving.findings, ...spare] };
  }
  if (zone) return behindZone(zone, judged, need, view);
  const [first] = judged;
  if (first)
    return { standing: 'wrong', existingId: first.endpoint.id, findings: judged.flatMap(({ findings }) => findings) };
  if (isShared(view)) {
    const { vpc } = view.facts;
    const words = { service: need.service, owner: vpc.ownerId };
    return { standing: 'wrong', findings: [finding('shared-vpc-endpoint', vpc.id, 'none to be seen', words)] };
  }
  const others = need.service === 's3' ? view.facts.endpoints.filter(isFor({ ...need, type: 'Interface' }, view)) : [];
  return { standing: 'make', findings: others.map(({ id }) => finding('s3-interface-only', id, 'Interface')) };
}

const isFor =
  ({ service, type }: Need, { spec }: NetworkView) =>
  (endpoint: EndpointFacts): boolean =>
    endpoint.serviceName === endpointServiceName(service, spec.region) && endpoint.type === type;

/** Those with private DNS first, then the older ids, so that the same one is named each time. */
function candidates(need: Need, view: NetworkView): EndpointFacts[] {
  return view.facts.endpoints
    .filter(isFor(need, view))
    .filter(({ state }) => !/^delet/i.test(state))
    .sort((a, b) => Number(b.privateDns) - Number(a.privateDns) || a.id.localeCompare(b.id));
}

/** A zone that answers for the service stands for its endpoint's private DNS: in a central endpoint VPC, or in this one. */
function behindZone(
  zone: HostedZoneFacts,
  judged: readonly { readonly endpoint: EndpointFacts; readonly findings: readonly RawFinding[] }[],
  { service }: Need,
  view: NetworkView,
): EndpointStanding {
  const { endpointId, findings } = judgeAnsweringZone(zone, service, view);
  const led = judged.find(({ endpoint }) => endpoint.id === endpointId);
  if (led) {
    const own = led.findings.filter(({ code }) => code !== 'endpoint-private-dns-off');
    return { standing: own.some(isError) ? 'wrong' : 'present', existingId: led.endpoint.id, findings: own };
  }
  return { standing: findings.some(isError) ? 'wrong' : 'shared', findings };
}

/** Gateways of several route tables are parts of one, not one too many. */
const sharesTables = ({ routeTableIds }: EndpointFacts, { type }: Need, { routeTables }: NetworkView): boolean =>
  type === 'Gateway' && routeTables.some(({ table }) => routeTableIds.includes(table.id));

function duplicate({ id, serviceName }: EndpointFacts, other: EndpointFacts, { service }: Need): RawFinding {
  return finding('endpoint-duplicate', id, serviceName, { service, other: other.id });
}

function judgeEndpoint(endpoint: EndpointFacts, { service, type }: Need, view: NetworkView): RawFinding[] {
  const pending = /^pending$/i.test(endpoint.state);
  if (!pending && !/^available$/i.test(endpoint.state))
    return [finding('endpoint-not-available', endpoint.id, endpoint.state, { service })];
  return [
    ...(pending ? [finding('endpoint-pending', endpoint.id, endpoint.state, { service })] : []),
    ...(type === 'Gateway'
      ? missingRoutes(endpoint, { service, type }, view)
      : judgeInterface(endpoint, service, view)),
    ...judgePolicy(endpoint, service, view),
  ];
}

/** A table without a route of this gateway, or of another one for the same service: AWS takes one of them in each table. */
function missingRoutes(endpoint: EndpointFacts, need: Need, view: NetworkView): RawFinding[] {
  const served = candidates(need, view)
    .filter(({ state }) => /^available$/i.test(state))
    .flatMap(({ routeTableIds }) => routeTableIds);
  const found = (code: FindingCode, tables: readonly UsedTable[]) => {
    const missing = tables.filter(({ table }) => ![...endpoint.routeTableIds, ...served].includes(table.id));
    if (missing.length === 0) return [];
    const ids = missing.map(({ table }) => table.id);
    const subnets = missing.flatMap(item => item.subnets.map(({ id }) => id));
    const words = { tables: ids.join(', '), add: ids.join(' '), subnets: subnets.join(', ') };
    return [finding(code, endpoint.id, endpoint.routeTableIds.join(', ') || 'none', words)];
  };
  return [...found('s3-route-missing', view.routeTables), ...found('s3-route-missing-pods', podTablesToS3(view))];
}

function judgeInterface(endpoint: EndpointFacts, service: string, view: NetworkView): RawFinding[] {
  const dns = endpoint.privateDns ? [] : [finding('endpoint-private-dns-off', endpoint.id, 'false', { service })];
  return [...dns, ...judgeZones(endpoint, service, view), ...judgeEndpointGroups(endpoint, service, view)];
}

function judgeZones(endpoint: EndpointFacts, service: string, view: NetworkView): RawFinding[] {
  const places = view.facts.subnets.filter(({ id }) => endpoint.subnetIds.includes(id));
  const offered = view.endpointZones?.[endpoint.serviceName];
  const missing = view.zones
    .filter(zone => offered === undefined || offered.includes(zone))
    .filter(zone => !places.some(({ zoneName }) => zoneName === zone));
  const add = missing.flatMap(zone => view.subnets.find(({ zoneName }) => zoneName === zone)?.id ?? []).join(' ');
  const words = { service, zones: view.zones.join(', '), missing: missing.join(', '), add };
  if (endpoint.subnetIds.length === 0) return [finding('endpoint-no-subnets', endpoint.id, 'none', words)];
  if (missing.length === 0) return [];
  return [finding('endpoint-zone-missing', endpoint.id, places.map(({ zoneName }) => zoneName).join(', '), words)];
}

function judgePolicy(endpoint: EndpointFacts, service: string, { spec, accountId }: NetworkView): RawFinding[] {
  const { region } = spec;
  const { verdict, action, resource, reason } = endpointPolicyVerdict(service, endpoint.policy, { region, accountId });
  if (verdict === 'passes') return [];
  const code = verdict === 'blocks' ? 'endpoint-policy-blocks' : 'endpoint-policy-unknown';
  const words = { service, action, reason, on: resource === undefined ? '' : ` on ${resource}` };
  return [finding(code, endpoint.id, shortened(endpoint.policy ?? ''), words)];
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
};
