import type { SecurityGroup } from '@aws-sdk/client-ec2';
import type { AwsSession } from '../../aws/awsSession.ts';
import type { Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import { bastionHourlyUsd, type Bastion } from '../bastion/bastion.ts';
import { placeBastion, type Placement } from '../bastion/bastionPlacement.ts';
import { listRules } from '../bastion/bastionRule.ts';
import { listTasks, toBastion } from '../bastion/bastionTasks.ts';
import { networkFacts } from '../bastion/networkFacts.ts';
import { bastionRoute, judgeBastions, judgeNewBastion } from './bastionRoute.ts';
import type { ClusterReach } from './clusterAccess.ts';
import { directFacts, type DirectFacts, type DirectProbe } from './directFacts.ts';
import { judgeDirect } from './directRoute.ts';
import { describeGroups, instanceFacts, type InstanceFacts } from './instanceFacts.ts';
import { judgeInstances } from './instanceRoute.ts';
import {
  routeKinds,
  type FindRoute,
  type Route,
  type RouteChoice,
  type RouteFinding,
  type RouteKind,
} from './route.ts';

export interface RouteDeps {
  readonly session: AwsSession;
  readonly cluster: ClusterReach;
  /** The account's clock. */
  readonly clock: Clock;
  /** Absent where the account is simulated: its addresses are nowhere but in it. */
  readonly direct: DirectProbe | undefined;
  /** Starts or joins the VPC's bastion, with all its options bound; called only for a choice that is a consent. */
  readonly startBastion: (signal: AbortSignal) => Promise<Bastion>;
  /** The image that a new bastion would have, to judge whether it can be pulled; absent: AWS's, from ECR. */
  readonly bastionImage?: string | undefined;
}

/** Any image in ECR is judged alike. */
const someEcrImage = '000000000000.dkr.ecr.us-east-1.amazonaws.com/bastion';

/**
 * Looks at the ways in, in their order, as far as the choice asks for, and takes the first that works. What may not be seen counts as
 * not seen and is said; a missing sign-in or network is thrown. @throws PrivateEksError
 */
export function findRoute(deps: RouteDeps): FindRoute {
  return async (choice, signal) => {
    const look = new AbortController();
    const abort = () => look.abort(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await report(deps, choice, signal, look);
    } finally {
      signal.removeEventListener('abort', abort);
      // Whoever still looks has nothing to add.
      look.abort(new DOMException('another route was taken', 'AbortError'));
    }
  };
}

async function report(deps: RouteDeps, choice: RouteChoice, signal: AbortSignal, look: AbortController) {
  const { cluster, clock } = deps;
  const findings = new Map<RouteKind, RouteFinding>();
  const asks = (kind: RouteKind) => choice.kind === 'automatic' || choice.kind === kind;
  const done = (route: Route | undefined) => ({
    route,
    findings: routeKinds.map(kind => settle(findings.get(kind), kind, route, choice)),
    at: Date.now(),
  });
  // All at once: AWS answers while the direct way is still waiting for its time to run out.
  const direct = asks('direct') && deps.direct ? silent(directFacts(deps.direct, cluster, look.signal)) : undefined;
  const instances = asks('instance') ? silent(lookAtInstances(deps, choice.target, look.signal)) : undefined;
  const bastions = asks('bastion') ? silent(lookAtBastions(deps, look.signal)) : undefined;

  const facts = await direct;
  if (facts) {
    const early = judgeDirect(facts, cluster, undefined);
    findings.set('direct', early.finding);
    if (early.route) return done(early.route);
    findings.set('direct', judgeDirect(facts, cluster, (await groupsOf(deps, instances, look.signal)).seen).finding);
  } else if (asks('direct')) findings.set('direct', simulated);

  const seen = await instances;
  if (seen) {
    const { finding, route } = seen.denied
      ? { finding: notSeen('instance', seen.denied), route: undefined }
      : judgeInstances(seen.instances, cluster, seen.groups.seen, addressesOf(facts), choice.target);
    findings.set('instance', finding);
    if (route) return done(route);
  }

  const tasks = await bastions;
  if (tasks) {
    const judged = tasks.denied
      ? { finding: notSeen('bastion', tasks.denied), route: undefined, needsRule: false }
      : judgeBastions(tasks.bastions, cluster, tasks.rules.seen, clock.now(), choice.target);
    findings.set('bastion', judged.finding);
    if (judged.route) return done(judged.route);
    if (judged.needsRule && choice.kind === 'bastion') {
      const joined = bastionRoute(
        await deps.startBastion(signal),
        'the running bastion, which may reach this cluster now',
      );
      findings.set('bastion', {
        ...judged.finding,
        verdict: 'usable',
        summary: 'A rule lets the running bastion in now.',
      });
      return done(joined);
    }
  }

  if (!asks('new-bastion')) return done(undefined);
  const consented = choice.kind === 'new-bastion';
  const { seen: placement } = await lenient(lookAtNetwork(deps, signal));
  const finding = judgeNewBastion(cluster, placement, bastionHourlyUsd('X86_64'), consented);
  findings.set('new-bastion', finding);
  // With the consent the start itself tells what is wrong, or joins a bastion that is there.
  if (!consented) return done(undefined);
  const started = await deps.startBastion(signal);
  findings.set('new-bastion', { ...finding, verdict: 'usable' });
  return done(bastionRoute(started, `bastion ${started.taskArn.split('/').at(-1)?.slice(0, 8) ?? ''} in the VPC`));
}

interface Seen<T> {
  readonly seen: T | undefined;
  readonly denied: string | undefined;
}

/** What may not be looked at is not seen; all else that goes wrong is thrown. */
async function lenient<T>(work: Promise<T>): Promise<Seen<T>> {
  try {
    return { seen: await work, denied: undefined };
  } catch (error) {
    const mayGoOn = error instanceof PrivateEksError && /^(access-denied|sandbox-not-implemented)$/.test(error.code);
    if (mayGoOn) return { seen: undefined, denied: error.message };
    throw error;
  }
}

/** Keeps a look that nobody waits for any more from ending the process; whoever awaits it still gets the error. */
function silent<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

type InstancesSeen =
  | { readonly denied: string }
  | {
      readonly denied?: undefined;
      readonly instances: readonly InstanceFacts[];
      readonly groups: Seen<SecurityGroup[]>;
    };

async function lookAtInstances(
  deps: RouteDeps,
  target: string | undefined,
  signal: AbortSignal,
): Promise<InstancesSeen> {
  const { session, cluster } = deps;
  const { seen: instances, denied = '' } = await lenient(instanceFacts(session, cluster, target, signal));
  if (!instances) return { denied };
  const known = instances.filter(({ agent }) => agent).flatMap(({ groupIds }) => groupIds);
  const groups = await lenient(describeGroups(session, [...cluster.network.securityGroupIds, ...known], signal));
  return { instances, groups };
}

async function groupsOf(
  { session, cluster }: RouteDeps,
  instances: Promise<InstancesSeen> | undefined,
  signal: AbortSignal,
): Promise<Seen<SecurityGroup[]>> {
  const seen = await instances;
  if (seen?.denied === undefined && seen) return seen.groups;
  return lenient(describeGroups(session, cluster.network.securityGroupIds, signal));
}

async function lookAtBastions({ session, cluster: { vpcId } }: RouteDeps, signal: AbortSignal) {
  const tasks = await lenient(listTasks(session, vpcId, 'RUNNING', signal));
  if (!tasks.seen) return { denied: tasks.denied ?? '' };
  const bastions = tasks.seen.map(task => toBastion(vpcId, task));
  const none: Seen<never> = { seen: undefined, denied: undefined };
  return { bastions, rules: bastions.length > 0 ? await lenient(listRules(session, vpcId, signal)) : none };
}

async function lookAtNetwork(
  { session, cluster, bastionImage = someEcrImage }: RouteDeps,
  signal: AbortSignal,
): Promise<Placement> {
  return placeBastion(await networkFacts(session, cluster.vpcId, cluster.network.subnetIds, signal), bastionImage);
}

function addressesOf(facts: DirectFacts | undefined): readonly string[] {
  return facts && 'addresses' in facts.resolved ? facts.resolved.addresses : [];
}

const simulated: RouteFinding = {
  kind: 'direct',
  verdict: 'not-tried',
  summary: 'The account is simulated: its addresses are nowhere but in it.',
  evidence: [],
};

function notSeen(kind: RouteKind, why: string): RouteFinding {
  return {
    kind,
    verdict: 'unusable',
    summary: `It cannot be looked at: ${why}`,
    evidence: [],
    fix: 'Ask for the permissions that “private-eks policy tunnel” writes.',
  };
}

function settle(
  finding: RouteFinding | undefined,
  kind: RouteKind,
  route: Route | undefined,
  choice: RouteChoice,
): RouteFinding {
  if (!finding)
    return {
      kind,
      verdict: 'not-tried',
      summary: route ? 'Another way was found before.' : `Not asked for: the choice is ${choice.kind}.`,
      evidence: [],
    };
  const taken = finding.verdict === 'usable' && route !== undefined;
  return taken ? { ...finding, verdict: 'chosen' } : finding;
}
