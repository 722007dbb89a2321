import type { Plan } from '../plan/plan.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { fargateProfiles, nodeGroups } from '../spec/nodeGroups.ts';
import type { PreflightFacts } from './gatherFacts.ts';
import type { QuotaFacts } from './quotaLooks.ts';
import { ownStack } from './judgeAccount.ts';
import { seenOf, unknownOf, type Look } from './look.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';
import { quotas, vcpuClassOf, type QuotaName } from './quotas.ts';
import type { Surge } from './surge.ts';

export interface Demand {
  readonly quota: QuotaName;
  readonly adds: number;
  /** What counts already; absent for a quota of the plan's own things alone. */
  readonly used?: Look<number>;
  readonly specPath: string;
  /** How many, and when, of a demand that does not come at once: `8 when its groups have grown`. */
  readonly words?: string;
  /** It may never come: worth a warning, whatever is allowed. */
  readonly perhaps?: boolean;
  readonly evidence?: readonly string[];
}

/** EKS puts up to four interfaces into the VPC for a control plane. */
const controlPlaneInterfaces = 4;

export function judgeQuotas(plan: Plan, facts: PreflightFacts): PreflightFinding[] {
  const applied = seenOf(facts.quotas.applied);
  return [
    ...unknownOf(facts.quotas.applied, 'what the account’s quotas are; AWS’s defaults are assumed'),
    ...demands(plan, facts).flatMap(demand => judgeDemand(demand, applied)),
    ...vcpuFindings(vcpuDemands(plan, facts), facts.quotas, applied),
  ];
}

export function judgeDemand(demand: Demand, applied: ReadonlyMap<string, number> | undefined): PreflightFinding[] {
  const { quota, adds, used, specPath, words = String(adds), perhaps = false } = demand;
  if (adds <= 0) return [];
  const value = applied?.get(quota.code);
  const most = value ?? quota.standard;
  const has = used === undefined ? 0 : seenOf(used);
  if (has === undefined) return unknownOf(used, `how many ${quota.name} are in use`, specPath);
  if (has + adds <= most) return [];
  const source =
    value === undefined ? 'AWS’s default: this account’s own value is not known' : 'as applied to this account';
  const use = used === undefined ? '' : ` ${has} are in use.`;
  const message = `Quota exceeded: ${quota.name}. The plan needs ${words}, ${most} are allowed.${use}`;
  const fix = `Ask for more: \`aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${quota.code} --desired-value ${has + adds}\`${used === undefined ? '' : ', or remove what is not needed'}.`;
  const evidence = [
    `${quota.service} ${quota.code}: ${most} (${source})`,
    ...(used === undefined ? [] : [`in use: ${has}`]),
    ...(demand.evidence ?? []),
  ];
  // A guess at the limit never stops a run.
  const severity = value === undefined || perhaps ? 'warning' : 'error';
  return [finding(severity, 'quota-exceeded', message, fix, { specPath, evidence })];
}

function demands(plan: Plan, facts: PreflightFacts): Demand[] {
  const { spec, endpoints, stacks, account } = plan;
  const { quotas: used } = facts;
  /** A stack of ours that stands has its things counted already. */
  const open = (kind: string) => stacks.filter(stack => stack.kind === kind && !ownStack(plan, facts, stack.name));
  const made = (type: 'Interface' | 'Gateway') =>
    open('endpoints').length === 0 ? 0 : endpoints.filter(one => one.standing === 'make' && one.type === type).length;
  const managed = nodeGroups(spec).filter(({ kind }) => kind === 'managed');
  const there = (account?.network?.endpoints ?? []).filter(({ type }) => type === 'Interface').length;
  const desired = nodeGroups(spec).reduce((sum, { desiredSize }) => sum + desiredSize, 0);
  const groups = stacks
    .filter(stack => !ownStack(plan, facts, stack.name))
    .flatMap(({ template }) => Object.values(template.Resources))
    .filter(({ Type }) => Type === 'AWS::EC2::SecurityGroup');
  const rules = Math.max(0, ...groups.map(({ Properties = {} }) => lengthOf(Properties['SecurityGroupIngress'])));
  const clusters = open('cluster').length;
  return [
    { quota: quotas.clusters, adds: clusters, used: used.clusters, specPath: 'name' },
    { quota: quotas.nodeGroups, adds: managed.length, specPath: 'nodes' },
    ...managed.map(({ name, maxSize }) => ({ quota: quotas.nodes, adds: maxSize, specPath: `nodes.${name}.maxSize` })),
    { quota: quotas.fargateProfiles, adds: fargateProfiles(spec).length, specPath: 'fargate' },
    { quota: quotas.vpcs, adds: open('network').length, used: used.vpcs, specPath: 'network' },
    { quota: quotas.interfaceEndpoints, adds: made('Interface'), used: { seen: there }, specPath: 'endpoints' },
    { quota: quotas.gatewayEndpoints, adds: made('Gateway'), used: used.gatewayEndpoints, specPath: 'endpoints' },
    { quota: quotas.securityGroups, adds: groups.length + clusters, used: used.securityGroups, specPath: 'network' },
    { quota: quotas.rules, adds: rules, specPath: 'network.apiAccess' },
    {
      quota: quotas.interfaces,
      adds:
        clusters * controlPlaneInterfaces +
        made('Interface') * zoneCount(spec) +
        (open('nodes').length > 0 ? desired : 0),
      used: used.interfaces,
      specPath: 'nodes',
    },
  ];
}

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

/** vCPUs of a group: `now` to begin with, `grown` when it is as large as it may be. Less than nothing: nodes that end first. */
export interface VcpuDemand {
  readonly instanceTypes: readonly string[];
  readonly spot: boolean;
  readonly now: number;
  readonly grown: number;
  /** Nodes beside these, while they are replaced, and whose they are. */
  readonly surge?: Surge & { readonly group: string };
}

function vcpuDemands(plan: Plan, facts: PreflightFacts): VcpuDemand[] {
  return nodeGroups(plan.spec)
    .filter(
      ({ name }) =>
        !ownStack(plan, facts, plan.stacks.find(({ id }) => id === `nodes-${name.replaceAll('_', '-')}`)?.name ?? ''),
    )
    .map(({ instanceTypes, capacity, desiredSize, maxSize }) => ({
      instanceTypes,
      spot: capacity === 'spot',
      now: desiredSize,
      grown: maxSize,
    }));
}

/** By the largest type of each group, the smallest of one that ends: which one AWS takes is not known before. */
export function vcpuFindings(
  demands: readonly VcpuDemand[],
  { vcpus, vcpusOf }: Pick<QuotaFacts, 'vcpus' | 'vcpusOf'>,
  applied: ReadonlyMap<string, number> | undefined,
): PreflightFinding[] {
  const sizes = seenOf(vcpusOf);
  if (demands.length === 0) return [];
  if (!sizes) return unknownOf(vcpusOf, 'how many vCPUs the nodes have', 'nodes');
  const wanted = new Map<QuotaName, VcpuSum>();
  const unknown: string[] = [];
  for (const { instanceTypes, spot, now, grown, surge } of demands) {
    const kind = vcpuClassOf(instanceTypes[0] ?? '');
    if (!kind) {
      if (grown > 0 || surge) unknown.push(...instanceTypes);
      continue;
    }
    const quota = spot ? kind.spot : kind.onDemand;
    const counts = instanceTypes.map(type => sizes.get(type) ?? 0);
    const each = grown < 0 ? Math.min(...counts) : Math.max(0, ...counts);
    const sum = wanted.get(quota) ?? { now: 0, grown: 0, least: 0, most: 0, evidence: [] };
    wanted.set(quota, {
      now: sum.now + now * each,
      grown: sum.grown + grown * each,
      // Groups may be updated one after the other, or at once.
      least: Math.max(sum.least, (surge?.least ?? 0) * each),
      most: sum.most + (surge?.most ?? 0) * each,
      evidence: surge ? [...sum.evidence, surgeWords(surge, each)] : sum.evidence,
    });
  }
  const classes = [...wanted].flatMap(([quota, sum]) => {
    const used: Look<number> = 'seen' in vcpus ? { seen: vcpus.seen.get(quota.code) ?? 0 } : vcpus;
    const judge = (adds: number, more: Partial<Demand> = {}) =>
      judgeDemand({ quota, adds, used, specPath: 'nodes', ...more }, applied);
    const first = judge(sum.now);
    // With AWS's default, which for vCPUs hardly any account still has, what comes later is not worth a word.
    if (first.length > 0 || !applied?.has(quota.code)) return first;
    const grown = judge(sum.grown, { words: `${sum.grown} when its groups have grown`, perhaps: true });
    return [...surgeFindings(sum, judge), ...grown];
  });
  const message = `Not known: which quota of vCPUs holds ${unknown.join(', ')}.`;
  const fix = 'Look it up under Service Quotas, Amazon EC2.';
  return [
    ...classes,
    ...(unknown.length > 0 ? [finding('unknown', 'vcpu-quota-unknown', message, fix, { specPath: 'nodes' })] : []),
  ];
}

interface VcpuSum {
  readonly now: number;
  readonly grown: number;
  readonly least: number;
  readonly most: number;
  readonly evidence: readonly string[];
}

/** Without room for the least an update stands still; with less than the most it only goes slower. */
function surgeFindings(
  { now, least, most, evidence }: VcpuSum,
  judge: (adds: number, more: Partial<Demand>) => PreflightFinding[],
): PreflightFinding[] {
  const replaced = 'while nodes are replaced, as new ones start before old ones go';
  const sure = least > 0 ? judge(now + least, { words: `${now + least} ${replaced}`, evidence }) : [];
  if (sure.length > 0 || most === 0) return sure;
  return judge(now + most, { words: `up to ${now + most} ${replaced}`, perhaps: true, evidence });
}

const surgeWords = ({ group, least, most }: NonNullable<VcpuDemand['surge']>, each: number): string =>
  `${group}: ${least === most ? '' : `${least} to `}${most} new nodes of ${each} vCPUs before old ones go`;
