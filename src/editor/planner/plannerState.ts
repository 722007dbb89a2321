import { blockingFindings } from '../../core/network/blockingFindings.ts';
import type { AccountFacts, Plan } from '../../core/plan/plan.ts';
import { knownRegions } from '../../core/spec/regions.ts';
import type { ClusterSpec, SpecReading } from '../../core/spec/clusterSpec.ts';
import { newSpecText } from '../../core/spec/newSpecText.ts';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import { readSpecValues } from '../../core/spec/readSpecValues.ts';
import { versionTable } from '../../core/spec/versionTable.ts';
import type { NetworkChoices, PlannerAccount, PlannerState, PlanSummary } from '../../protocol/planner.ts';

export interface PlannerInput {
  readonly uri: string;
  readonly fileName: string;
  readonly text: string;
  readonly reading: SpecReading;
  readonly plan: Plan | undefined;
  readonly facts: AccountFacts | undefined;
  readonly accounts: readonly PlannerAccount[];
  readonly accountId: string;
  readonly busy: string | undefined;
  readonly trouble?: string | undefined;
  readonly networks?: NetworkChoices;
  readonly runningRunId: string | undefined;
}

/** The planner's screen as a value of the file's text and what is known of the account. */
export function plannerState(input: PlannerInput): PlannerState {
  return {
    uri: input.uri,
    fileName: input.fileName,
    values: readSpecValues(input.text),
    defaults: { ...defaults },
    problems: input.reading.problems.map(({ severity, path, message, start }) => ({
      severity,
      path,
      message,
      line: start.line,
      column: start.column,
    })),
    accounts: input.accounts,
    accountId: input.accountId,
    versions: versionChoices(input.facts),
    regions: [...knownRegions],
    plan: input.plan && planSummary(input.plan),
    busy: input.busy,
    trouble: input.trouble,
    blocked: input.plan && blockedBy(input.plan, input.busy),
    networks: input.networks ?? { state: 'none' },
    runningRunId: input.runningRunId,
  };
}

const defaults: Partial<ClusterSpec> = defaultsOf(parseSpec(newSpecText('name', 'eu-west-1')).spec);

function defaultsOf(spec: ClusterSpec | undefined): Partial<ClusterSpec> {
  if (!spec) return {};
  const { name: _name, region: _region, ...rest } = spec;
  return rest;
}

/** The plan of an existing VPC is worth a run once the VPC has been looked at and nothing in it is wrong. */
function blockedBy(plan: Plan, busy: string | undefined): string | undefined {
  const [first, ...others] = blockingFindings(plan);
  if (first) {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `Mend the VPC first: ${first.resource}${more}`;
  }
  return plan.spec.network.vpc && !plan.account?.network && busy ? 'The VPC is being looked at' : undefined;
}

function versionChoices(facts: AccountFacts | undefined): PlannerState['versions'] {
  if (facts)
    return facts.versions
      .filter(({ support }) => support !== 'unsupported')
      .map(({ version, support, standardUntil }) => ({
        version,
        label: `${version} · ${support}${support === 'standard' && standardUntil ? ` to ${standardUntil}` : ', dearer'}`,
      }));
  const today = new Date().toISOString().slice(0, 10);
  return versionTable.map(({ version, standardUntil }) => ({
    version,
    label: standardUntil >= today ? `${version} · standard to ${standardUntil}` : `${version} · extended, dearer`,
  }));
}

function planSummary(plan: Plan): PlanSummary {
  const critical = new Set<string>(plan.time.criticalPath);
  return {
    offline: plan.account === undefined,
    totalSeconds: plan.time.totalSeconds,
    steps: plan.steps.map(({ id, title, needs, usualSeconds }) => ({
      id,
      title,
      needs,
      typicalSeconds: usualSeconds.typical,
      onCriticalPath: critical.has(id),
    })),
    monthlyUsd: plan.cost.monthlyUsd,
    costLines: plan.cost.lines.map(({ item, monthlyUsd, how }) => ({ item, monthlyUsd, how })),
    costNote: plan.cost.note,
    stacks: plan.stacks.map(({ id, name, template }) => ({
      id,
      name,
      resources: Object.keys(template.Resources).length,
    })),
    endpoints: plan.endpoints.map(({ service, type, reason, monthlyUsd, standing, existingId }) => ({
      service,
      type,
      reason,
      monthlyUsd,
      standing,
      existingId,
    })),
    findings: plan.findings.map(({ severity, resources, attribute, seen, wanted, why, fix, specPath }) => ({
      severity,
      resources,
      attribute,
      seen,
      wanted,
      why,
      fix,
      path: specPath,
    })),
    warnings: plan.warnings.map(({ severity, message, path, suggestion }) => ({
      severity,
      message,
      path,
      suggestion: suggestion?.title,
    })),
  };
}
