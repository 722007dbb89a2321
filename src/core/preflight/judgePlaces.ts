import { endpointServiceName } from '../network/endpointServices.ts';
import { planZones } from '../plan/endpoints.ts';
import type { Plan } from '../plan/plan.ts';
import { zoneIdsFrom } from '../plan/vpcSources.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { formatSpecPath } from '../spec/specPath.ts';
import type { PreflightFacts } from './gatherFacts.ts';
import { seenOf, unknownOf } from './look.ts';
import { offering } from './placeLooks.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';

/** What AWS offers in the plan's zones. */
type Seen = Pick<PreflightFacts, 'offered' | 'missingImages'>;

export function judgePlaces(plan: Plan, facts: Seen): PreflightFinding[] {
  return [...instanceTypes(plan, facts), ...endpointServices(plan), ...images(facts)];
}

/** Every type in every zone: EKS refuses a node group otherwise, after minutes. */
function instanceTypes(plan: Plan, facts: Seen): PreflightFinding[] {
  const { spec, account } = plan;
  const offered = seenOf(facts.offered);
  if (!account || !offered) return unknownOf(facts.offered, 'which instance types the zones offer', 'nodes');
  const zones = zoneIdsFrom(spec, account);
  return nodeGroups(spec).flatMap(({ name, instanceTypes: types }) =>
    types.flatMap((type, index) => {
      const missing = zones.filter(zone => !offered.has(offering(type, zone)));
      if (missing.length === 0) return [];
      const where = missing.length === zones.length ? account.region : missing.join(', ');
      const message = `Instance type ${type} is not offered in ${where}.`;
      const specPath = formatSpecPath(['nodes', name, 'instanceTypes', index]);
      const evidence = missing.map(zone => `${type}: not offered in ${zone}`);
      return [
        finding('error', 'instance-type-not-offered', message, 'Choose another type, or other zones.', {
          specPath,
          evidence,
        }),
      ];
    }),
  );
}

function endpointServices(plan: Plan): PreflightFinding[] {
  const { spec, account, endpoints } = plan;
  const zones = account && planZones(spec, account);
  if (!account?.endpointZones || !zones) {
    const evidence = { evidence: ['ec2:DescribeVpcEndpointServices'] };
    const message = 'Not known: which zones offer the endpoint services.';
    return account && endpoints.some(({ standing }) => standing === 'make')
      ? [finding('unknown', 'not-looked-at', message, 'Allow ec2:DescribeVpcEndpointServices.', evidence)]
      : [];
  }
  const { endpointZones } = account;
  return endpoints
    .filter(({ standing, type }) => standing === 'make' && type === 'Interface')
    .flatMap(({ service }) => {
      const name = endpointServiceName(service, spec.region);
      const offered = endpointZones[name];
      const missing = zones.filter(zone => !offered?.includes(zone));
      if (missing.length === 0) return [];
      // Offered in none of them at all: the plan's own problems say so.
      if (!offered || missing.length === zones.length) return [];
      const evidence = [`${name}: offered in ${offered.join(', ')}`];
      const message = `AWS offers no endpoint for ${service} in ${missing.join(', ')}: traffic from there crosses zones, at a price.`;
      const fix = 'Choose other zones if that matters.';
      return [
        finding('warning', 'endpoint-service-not-in-zone', message, fix, { specPath: 'network.zones', evidence }),
      ];
    });
}

function images({ missingImages }: Seen): PreflightFinding[] {
  return [
    ...unknownOf(missingImages, 'whether AWS has the images of the node groups', 'nodes'),
    ...(seenOf(missingImages) ?? []).map(name =>
      finding(
        'error',
        'image-missing',
        `AWS has no image ${name} in this region.`,
        'Choose another version, system or architecture, or name an image of your own.',
        { specPath: 'nodes', evidence: [`ssm parameter ${name}: invalid`] },
      ),
    ),
  ];
}
