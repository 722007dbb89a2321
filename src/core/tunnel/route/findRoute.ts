import type { AwsSession } from '../../aws/awsSession.ts';
import type { Clock } from '../../clock.ts';
import { bastionHourlyUsd, type Bastion } from '../bastion/bastion.ts';
import { bastionRoute, judgeBastions, judgeNewBastion } from './bastionRoute.ts';
import type { ClusterReach } from './clusterAccess.ts';
import { directFacts, type DirectFacts, type DirectProbe } from './directFacts.ts';
import { judgeDirect } from './directRoute.ts';
import { groupsOfEndpoint, lookAtBastions, lookAtInstances, lookAtNetwork } from './routeLooks.ts';
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
  /** Starts or joins the VPC's bastion, with all its options bound; called only for a choice that is a consent. Absent: only a look. */
  readonly startBastion?: ((signal: AbortSignal) => Promise<Bastion>) | undefined;
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
    findings.set('direct', judgeDirect(facts, cluster, await groupsOfEndpoint(deps, instances, look.signal)).finding);
  } else if (asks('direct')) findings.set('direct', simulated);

  const looked = await instances;
  if (looked) {
    const { finding, route } = looked.seen
      ? judgeInstances(looked.seen.instances, cluster, looked.seen.groups.seen, addressesOf(facts), choice.target)
      : { finding: notSeen('instance', looked.denied), route: undefined };
    findings.set('instance', finding);
    if (route) return done(route);
  }

  const tasks = await bastions;
  if (tasks) {
    const judged = tasks.seen
      ? judgeBastions(tasks.seen.bastions, cluster, tasks.seen.rules, clock.now(), choice.target)
      : { finding: notSeen('bastion', tasks.denied), route: undefined, needsRule: false };
    findings.set('bastion', judged.finding);
    if (judged.route) return done(judged.route);
    if (judged.needsRule && choice.kind === 'bastion' && deps.startBastion) {
      const joined = await deps.startBastion(signal);
      const summary = 'A rule lets the running bastion reach this cluster now.';
      findings.set('bastion', { kind: 'bastion', verdict: 'usable', summary, evidence: judged.finding.evidence });
      return done(bastionRoute(joined, 'the running bastion, which may reach this cluster now'));
    }
  }

  if (!asks('new-bastion')) return done(undefined);
  const consented = choice.kind === 'new-bastion';
  const placement = await lookAtNetwork(deps, deps.bastionImage ?? someEcrImage, signal);
  const finding = judgeNewBastion(cluster, placement, bastionHourlyUsd('X86_64'), consented);
  findings.set('new-bastion', finding);
  // With the consent the start itself tells what is wrong, or joins a bastion that is there.
  if (!consented || !deps.startBastion) return done(undefined);
  const started = await deps.startBastion(signal);
  findings.set('new-bastion', { ...finding, verdict: 'usable' });
  return done(bastionRoute(started, `bastion ${started.taskArn.split('/').at(-1)?.slice(0, 8) ?? ''} in the VPC`));
}

/** Keeps a look that nobody waits for any more from ending the process; whoever awaits it still gets the error. */
function silent<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
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

function notSeen(kind: RouteKind, why = ''): RouteFinding {
  return {
    kind,
    verdict: 'unusable',
    summary: `It cannot be looked at: ${why}`,
    evidence: [],
    fix: 'Ask for the permissions that “private-eks policy tunnel” writes.',
  };
}

const words: Readonly<Record<RouteChoice['kind'], string>> = {
  automatic: 'the first that works',
  direct: 'the direct way',
  instance: 'an instance',
  bastion: 'a running bastion',
  'new-bastion': 'a new bastion',
};

function settle(
  finding: RouteFinding | undefined,
  kind: RouteKind,
  route: Route | undefined,
  choice: RouteChoice,
): RouteFinding {
  if (!finding) {
    const isAsked = choice.kind === 'automatic' || choice.kind === kind;
    const summary = isAsked ? 'Another way was found before.' : `Not asked for: the choice is ${words[choice.kind]}.`;
    return { kind, verdict: 'not-tried', summary, evidence: [] };
  }
  const taken = finding.verdict === 'usable' && route !== undefined;
  return taken ? { ...finding, verdict: 'chosen' } : finding;
}
