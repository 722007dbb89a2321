import type { Bastion, BastionRule } from '../bastion/bastion.ts';
import { missingFix, missingText, type Placement } from '../bastion/bastionPlacement.ts';
import type { ClusterReach } from './clusterAccess.ts';
import { sentence } from './directRoute.ts';
import type { RouteEvidence, RouteFinding, SessionRoute } from './route.ts';

export interface BastionJudgement {
  readonly route: SessionRoute | undefined;
  readonly finding: RouteFinding;
  /** There is one that only needs the rule for this cluster. */
  readonly needsRule: boolean;
}

/** Judges the tasks that run. `rules`: ours in this VPC, absent where they cannot be seen. */
export function judgeBastions(
  bastions: readonly Bastion[],
  cluster: ClusterReach,
  rules: readonly BastionRule[] | undefined,
  now: number,
  target: string | undefined,
): BastionJudgement {
  const alive = bastions.filter(({ state }) => state !== 'stopping');
  const named = target === undefined ? alive : alive.filter(bastion => bastion.target === target);
  const evidence = named.map((bastion): RouteEvidence => bastionEvidence(bastion));
  const unusable = (summary: string, fix: string, needsRule = false): BastionJudgement => ({
    route: undefined,
    needsRule,
    finding: { kind: 'bastion', verdict: 'unusable', summary, evidence, fix },
  });
  if (named.length === 0)
    return unusable(
      target === undefined ? `No bastion runs in ${cluster.vpcId}.` : `${target} does not run any more.`,
      'Start one: it needs 30 to 60 seconds.',
    );
  // The one that lives longest.
  const ready = named.filter(({ state, target: has }) => state === 'ready' && has !== undefined);
  const [best] = [...ready].sort((a, b) => b.expiresAt - a.expiresAt);
  if (!best?.target) return unusable('A bastion is still starting.', 'Try again in a minute.');
  const door = rules?.find(({ groupId }) => groupId === cluster.network.clusterSecurityGroupId);
  if (rules && !door)
    return unusable(
      `A bastion runs, but no rule lets it reach ${cluster.name}.`,
      'Choose the running bastion, or a new one: either adds the rule, 443 from the bastion’s security group.',
      true,
    );
  const reason = `bastion ${taskId(best)} of ${ownerName(best)} runs in the VPC for another ${left(best.expiresAt - now)}`;
  return {
    route: bastionRoute(best, reason),
    needsRule: false,
    finding: {
      kind: 'bastion',
      verdict: 'usable',
      summary: sentence(reason),
      evidence: [
        ...evidence,
        ...(door
          ? [{ resource: door.groupId, attribute: 'inbound 443', seen: `${door.ruleId}, from the bastion’s group` }]
          : []),
      ],
    },
  };
}

export function bastionRoute({ target = '' }: Bastion, reason: string): SessionRoute {
  // Fargate’s agent has served remote hosts since 2022, and does not tell its version before the session.
  return { kind: 'bastion', target, agentVersion: undefined, reason };
}

/** What a new bastion would need; `placement` absent where the network cannot be seen. */
export function judgeNewBastion(
  cluster: ClusterReach,
  placement: Placement | undefined,
  hourlyUsd: number,
  consented: boolean,
): RouteFinding {
  const kind = 'new-bastion';
  if (placement && placement.subnetIds.length === 0)
    return {
      kind,
      verdict: 'unusable',
      summary: 'No subnet of the cluster has a free address for a bastion.',
      evidence: [
        {
          resource: cluster.vpcId,
          attribute: 'subnets',
          seen: cluster.network.subnetIds.join(', '),
          needed: 'a free address',
        },
      ],
      fix: 'Free addresses, or add a subnet to the cluster.',
    };
  const missing = placement && missingText(placement);
  const evidence: RouteEvidence[] = (placement?.missing ?? []).map(({ service, why }) => ({
    resource: cluster.vpcId,
    attribute: service === 'internet' ? 'way to the internet' : `endpoint ${service}`,
    seen: 'missing',
    needed: why,
  }));
  if (placement && missing && placement.certain)
    return {
      kind,
      verdict: 'unusable',
      summary: `A bastion cannot start: ${missing} is missing.`,
      evidence,
      fix: missingFix(placement),
    };
  return {
    kind,
    verdict: consented ? 'usable' : 'needs-consent',
    summary: `A bastion can be started in 30 to 60 seconds, two minutes for the first of a VPC, for about ${hourlyUsd} USD an hour.${missing ? ` It may fail: ${missing} was not found in this VPC.` : ''}`,
    evidence: [
      ...evidence,
      ...(placement
        ? [{ resource: cluster.vpcId, attribute: 'subnets for it', seen: placement.subnetIds.join(', ') }]
        : []),
    ],
    ...(consented ? {} : { fix: 'Choose “New bastion”: that is the consent to its cost.' }),
  };
}

function bastionEvidence(bastion: Bastion): RouteEvidence {
  const until = new Date(bastion.expiresAt).toISOString();
  return {
    resource: bastion.taskArn,
    attribute: 'task',
    seen: `${bastion.state}, started by ${ownerName(bastion)}, ends at ${until}`,
  };
}

function ownerName({ owner }: Bastion): string {
  return owner.split('/').at(-1) || 'somebody';
}

function taskId({ taskArn }: Bastion): string {
  return taskArn.split('/').at(-1)?.slice(0, 8) ?? '';
}

function left(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
