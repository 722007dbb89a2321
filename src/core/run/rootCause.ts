import type { StackView } from '../aws/stack.ts';
import { stackType } from '../aws/stackStatus.ts';
import { parseEnvelope } from './awsEnvelope.ts';
import { failureCause } from './failureCause.ts';
import { failureRules } from './failureRules.ts';
import { healthHelp, type HealthKind } from './healthCodes.ts';
import { thenRetry } from './fixText.ts';
import type { FailureCause, RunKind, StackEventSeen } from './runEvent.ts';

type FailedStack = Pick<StackView, 'id' | 'name' | 'status' | 'statusReason'>;

/**
 * The first failure that made the others, in plain words. `events` may hold earlier operations of the stack; only the last counts.
 * `group`: the node group that the stack makes. `kind`: of the run.
 */
export function rootCause(
  stack: FailedStack,
  events: readonly StackEventSeen[],
  { group, kind = 'create' }: { readonly group?: string | undefined; readonly kind?: RunKind } = {},
): FailureCause {
  const cause = causeIn(stack, events, kind);
  if (cause.specPath === undefined) return cause;
  const specPath =
    group === undefined ? cause.specPath.replace(/\.?\{group\}.*$/, '') : cause.specPath.replace('{group}', group);
  return { ...cause, specPath };
}

function causeIn(stack: FailedStack, events: readonly StackEventSeen[], kind: RunKind): FailureCause {
  const first = firstFailure(stack, events);
  if (!first) {
    const reason = stack.statusReason ?? `the stack ended in ${stack.status}`;
    return explain(reason, stack.name, '', kind, { stackName: stack.name });
  }
  const resource = { logicalId: first.logicalId, type: first.resourceType, physicalId: first.physicalId };
  const shown = first.logicalId || stack.name;
  return explain(first.reason ?? `${first.status} without a reason`, shown, first.resourceType, kind, {
    resource,
    stackName: stack.name,
  });
}

/** What CloudFormation says of resources that it stopped because another failed. */
const consequence = /^Resource (creation|update|deletion) cancelled/i;

function firstFailure(stack: FailedStack, events: readonly StackEventSeen[]): StackEventSeen | undefined {
  const failures = lastOperation(stack, events).filter(
    event => event.status.endsWith('_FAILED') && event.physicalId !== stack.id && !consequence.test(event.reason ?? ''),
  );
  // A nested stack fails because of something inside it.
  return failures.find(event => event.resourceType !== stackType) ?? failures[0];
}

/** Events since the stack was last set going; in order of time, AWS's order where times are equal. */
function lastOperation(stack: FailedStack, events: readonly StackEventSeen[]): StackEventSeen[] {
  const ordered = [...events].sort((a, b) => a.timestamp - b.timestamp);
  const start = ordered.findLastIndex(
    event => event.physicalId === stack.id && /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/.test(event.status),
  );
  return ordered.slice(Math.max(start, 0));
}

const healthKinds: Readonly<Record<string, HealthKind>> = {
  'AWS::EKS::Cluster': 'cluster',
  'AWS::EKS::Nodegroup': 'nodegroup',
  'AWS::EKS::Addon': 'addon',
  'AWS::EKS::FargateProfile': 'fargate',
};

const kebab = (code: string): string => code.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

function explain(
  reason: string,
  resource: string,
  type: string,
  run: RunKind,
  place: Pick<Partial<FailureCause>, 'resource' | 'stackName'>,
): FailureCause {
  const { message, resourceIds, issueCode } = parseEnvelope(reason);
  const found = failureRules.find(
    ({ message: pattern, type: only }) => pattern.test(reason) && (only?.test(type) ?? true),
  );
  const evidence = resourceIds.length > 0 ? [`AWS names ${resourceIds.join(', ')}`] : [];
  // The code of an issue says more than a general rule, and less than a particular one.
  const rule = found?.general && issueCode !== undefined ? undefined : found;
  const kind = healthKinds[type];
  const known = rule || !kind ? undefined : healthHelp(kind, issueCode);
  if (known)
    return failureCause({
      code: `${kind}-${kebab(issueCode ?? '')}`,
      what: `${resource} failed: ${known.what}.`,
      why: message,
      fix: thenRetry(known.fix),
      awsMessage: reason,
      evidence,
      ...(known.specPath === undefined ? {} : { specPath: known.specPath }),
      ...place,
    });
  if (!rule)
    return failureCause({
      code: 'unknown',
      what: `${resource} failed: ${message}`,
      why: '',
      fix: 'Put right what AWS’s words name, then retry.',
      awsMessage: reason,
      evidence,
      ...place,
    });
  const { fix, specPath } = (run !== 'create' && rule.change) || rule;
  const match = rule.message.exec(reason) ?? [];
  const fill = (text: string) =>
    text.replace(/\{(resource|message|\d)\}/g, (_all, key: string) =>
      key === 'resource' ? resource : key === 'message' ? message : (match[Number(key)] ?? '').trim(),
    );
  return failureCause({
    code: rule.code,
    what: fill(rule.what),
    why: fill(rule.why),
    fix: fill(fix),
    awsMessage: reason,
    retryable: rule.retryable ?? true,
    evidence,
    ...(specPath === undefined ? {} : { specPath }),
    ...place,
  });
}
