import { blockingFindings } from '../network/blockingFindings.ts';
import { inRegion } from '../network/regionalCommands.ts';
import { accountProblems } from '../plan/accountProblems.ts';
import type { ChangeScope } from './changeScope.ts';
import { withGroupsThatCome, type ChangeFacts } from './gatherChange.ts';
import { foreignLogGroup, foreignStacks, otherAccount, sessionEnd } from './judgeAccount.ts';
import { judgeGiven } from './judgeGiven.ts';
import { judgePermissions } from './judgePermissions.ts';
import { judgePlaces } from './judgePlaces.ts';
import { judgeDemand, vcpuFindings, type Demand, type VcpuDemand } from './judgeQuotas.ts';
import { judgeNewRoom } from './judgeNewRoom.ts';
import { seenOf, unknownOf } from './look.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';
import { quotas } from './quotas.ts';

const order = ['error', 'warning', 'unknown'] as const;

/** What the facts say of an update. Pure. `seconds`: how long it usually takes. Worst first. */
export function judgeChange(
  scope: ChangeScope,
  facts: ChangeFacts,
  { seconds, speed = 1 }: { readonly seconds: number; readonly speed?: number },
): PreflightFinding[] {
  const { plan } = scope;
  const time = { ...plan.time, totalSeconds: seconds };
  const all = [
    ...otherAccount(plan, facts),
    ...sessionEnd({ time }, facts, speed),
    ...foreignStacks(plan, facts),
    ...foreignLogGroup(plan, facts),
    ...judgePermissions(plan, facts, action => (facts.perhaps.has(action) ? 'perhaps' : undefined)),
    ...judgePlaces(withGroupsThatCome(scope), facts),
    ...networkFindings(scope),
    ...judgeGiven(plan, facts),
    ...judgeChangeQuotas(scope, facts),
    ...judgeNewRoom(scope, facts),
  ];
  const ordered = order.flatMap(severity => all.filter(one => one.severity === severity));
  return inRegion(ordered, plan.spec.region);
}

/** The network's defects hold up what comes into it; what stands there already lives with them. */
function networkFindings({ plan, groups, added }: ChangeScope): PreflightFinding[] {
  const { spec, account } = plan;
  const comes =
    groups.some(one => one.comes) || added.has('AWS::EC2::VPCEndpoint') || added.has('AWS::EKS::FargateProfile');
  const isRebuilt = plan.stacks.some(({ kind }) => kind === 'network');
  if (!account) return [];
  const problems = accountProblems(spec, account)
    .filter(
      ({ code }) =>
        code === 'other-region' ||
        (code === 'endpoint-not-offered' ? comes : isRebuilt && code !== 'version-not-offered'),
    )
    .map(({ code, message, path }) =>
      finding('error', code, message, 'Change the spec.', path === undefined ? {} : { specPath: path }),
    );
  const isMoved = plan.stacks.some(({ kind }) => kind === 'cluster');
  if (!comes && !isMoved) return problems;
  const network = blockingFindings(plan).map(({ code, resource, attribute, seen, wanted, why, fix, specPath }) =>
    finding(
      comes ? 'error' : 'warning',
      code,
      `${resource}: ${attribute} is ${seen}, and must be ${wanted}. ${why}`,
      fix,
      {
        evidence: [`${resource} ${attribute}: ${seen}`],
        ...(specPath === undefined ? {} : { specPath }),
      },
    ),
  );
  return [...problems, ...network];
}

/** What comes beside what stands: things of the account and of the cluster are counted with those that others made. */
function judgeChangeQuotas({ plan, groups, added }: ChangeScope, facts: ChangeFacts): PreflightFinding[] {
  const { quotas: used } = facts;
  if (!used) return [];
  const count = (type: string) => added.get(type) ?? 0;
  const endpoints = count('AWS::EC2::VPCEndpoint');
  const interfaceEndpoints = plan.endpoints.filter(
    ({ standing, type }) => standing === 'make' && type === 'Interface',
  ).length;
  const managed = groups.filter(({ group }) => group.kind === 'managed');
  const demands: Demand[] = [
    demand('nodeGroups', count('AWS::EKS::Nodegroup'), facts.nodeGroups, 'nodes'),
    ...managed.map(({ group: { name, maxSize }, was }) =>
      demand('nodes', maxSize > was.max ? maxSize : 0, undefined, `nodes.${name}.maxSize`),
    ),
    demand('fargateProfiles', count('AWS::EKS::FargateProfile'), facts.fargateProfiles, 'fargate'),
    demand('vpcs', count('AWS::EC2::VPC'), used.vpcs, 'network'),
    // All of the plan's are in this VPC afterwards; those of others are told by a plan for an existing VPC.
    demand('interfaceEndpoints', endpoints > 0 ? interfaceEndpoints : 0, undefined, 'endpoints'),
    demand('securityGroups', count('AWS::EC2::SecurityGroup'), used.securityGroups, 'network'),
    demand('interfaces', newNodes(groups) + surging(groups) + endpoints, used.interfaces, 'nodes'),
  ];
  const applied = seenOf(used.applied);
  const isAsked = demands.some(({ adds }) => adds > 0) || groups.length > 0;
  return [
    ...(isAsked ? unknownOf(used.applied, 'what the account’s quotas are; AWS’s defaults are assumed') : []),
    ...demands.flatMap(one => judgeDemand(one, applied)),
    ...vcpuFindings(groups.flatMap(vcpuDemands), used, applied),
  ];
}

function demand(name: keyof typeof quotas, adds: number, used: Demand['used'], specPath: string): Demand {
  return { quota: quotas[name], adds, specPath, ...(used === undefined ? {} : { used }) };
}

const newNodes = (groups: ChangeScope['groups']): number =>
  groups.reduce((sum, { group, was }) => sum + Math.max(0, group.desiredSize - was.desired), 0);

/** Of groups that may be updated one after the other. */
const surging = (groups: ChangeScope['groups']): number => Math.max(0, ...groups.map(({ surge }) => surge.least));

/** What a group takes beside what it gives back: one that is made anew ends before its successor comes. */
function vcpuDemands({ group, comes, surge, was }: ChangeScope['groups'][number]): VcpuDemand[] {
  const { instanceTypes, capacity, desiredSize, maxSize } = group;
  const spot = capacity === 'spot';
  const types = was.types.length > 0 ? was.types : comes ? [] : instanceTypes;
  if (!comes || was.max === 0) {
    const now = Math.max(0, desiredSize - was.desired);
    const grown = Math.max(0, maxSize - was.max);
    const more = surge.most > 0 ? { surge: { ...surge, group: group.name } } : {};
    return now === 0 && grown === 0 && surge.most === 0 ? [] : [{ instanceTypes, spot, now, grown, ...more }];
  }
  const gone = { instanceTypes: types, spot: was.spot, now: -was.desired, grown: -was.max };
  return [{ instanceTypes, spot, now: desiredSize, grown: maxSize }, ...(types.length > 0 ? [gone] : [])];
}
