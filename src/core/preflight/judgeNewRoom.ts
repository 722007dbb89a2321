import { addressNeed, eksAddresses, type AddressNeed } from '../network/addressRoom.ts';
import { cniSettings } from '../network/cniSettings.ts';
import { hasPodSubnets } from '../templates/networkTemplate.ts';
import type { ChangeScope } from './changeScope.ts';
import type { SubnetRoom } from './clusterLooks.ts';
import type { ChangeFacts } from './gatherChange.ts';
import { seenOf, unknownOf } from './look.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';

/**
 * Free addresses of the nodes' subnets against the nodes and endpoints that come; of Auto Mode the first nodes, of a new Fargate profile a
 * first pod. Where nodes do not even start it is an error.
 */
export function judgeNewRoom({ plan, groups, autoMode, added }: ChangeScope, facts: ChangeFacts): PreflightFinding[] {
  const rooms = seenOf(facts.subnets);
  const grown = groups.flatMap(({ group, surge, was }) => {
    const more = Math.max(0, group.maxSize - was.max) + surge.most;
    const now = Math.max(0, group.desiredSize - was.desired) + surge.least;
    return more > 0 ? [{ ...group, maxSize: more, now }] : [];
  });
  // A gateway takes none; few updates make one.
  const endpoints = added.get('AWS::EC2::VPCEndpoint') ?? 0;
  // With a block for pods a profile has subnets of its own.
  const profile = (added.get('AWS::EKS::FargateProfile') ?? 0) > 0 && !hasPodSubnets(plan.spec);
  const coming = [
    ...(grown.length > 0 ? ['nodes'] : []),
    ...(autoMode ? ['autoMode'] : []),
    ...(endpoints > 0 ? ['endpoints'] : []),
    ...(profile ? ['fargate'] : []),
  ];
  const [specPath] = coming;
  if (specPath === undefined) return [];
  if (!rooms) return unknownOf(facts.subnets, 'how many addresses are free in the nodes’ subnets', specPath);
  const fix = 'Look at the free addresses of the nodes’ subnets yourself.';
  const notKnown = (message: string) => finding('unknown', 'room-unknown', `Not known: ${message}`, fix, { specPath });
  if (rooms.length === 0) return [notKnown('whether there is room: the nodes’ subnets were not found.')];
  const zones = [...Map.groupBy(rooms, ({ zone }) => zone)];
  const nodes = Object.fromEntries(grown.map(({ name, now: _, ...group }) => [name, group]));
  const spec = { ...plan.spec, nodes, fargate: {}, autoMode: autoMode ? plan.spec.autoMode : undefined };
  const whole = addressNeed(spec, zones.length, endpoints, plan.account?.network?.interfaceLimits);
  const need = { ...whole, own: whole.own - eksAddresses + (profile ? 1 : 0) };
  const starting = endpoints + grown.reduce((sum, { now }) => sum + Math.ceil(now / Math.max(1, zones.length)), 0);
  const types = whole.unknownTypes.join(', ');
  const unknown = types === '' ? [] : [notKnown(`how many addresses pods on ${types} take.`)];
  const short = zones.flatMap(([zone, subnets]) => {
    const free = subnets.reduce((sum, room) => sum + room.free, 0);
    const evidence = subnets.map(roomText);
    const parts = [`${starting} to begin with`, `${need.own + need.further} when all are there that may be`].join(', ');
    if (free < starting)
      return [
        finding(
          'error',
          'subnet-no-room',
          `In ${zone} ${free} addresses are free for what comes, which needs ${parts}.`,
          'Ask for fewer nodes, free addresses, or name further subnets.',
          { specPath, evidence },
        ),
      ];
    // With custom networking pods have subnets of their own, which the plan looks at.
    if (free >= taken(need, plan)) return [];
    return [
      finding(
        'warning',
        'room-for-pods',
        `In ${zone} ${free} addresses are free for what comes, which needs ${parts}: pods will wait for addresses.`,
        'Keep maxSize lower, give addresses by prefixes, or name further subnets.',
        { specPath, evidence },
      ),
    ];
  });
  return [...short, ...unknown];
}

const taken = ({ own, further }: AddressNeed, { spec }: ChangeScope['plan']): number =>
  cniSettings(spec).customNetworking ? own : own + further;

const roomText = ({ id, cidr, free }: SubnetRoom) => `${id} (${cidr}): ${free} free`;
