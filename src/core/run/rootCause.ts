import type { StackView } from '../aws/stack.ts';
import { stackType } from '../aws/stackStatus.ts';
import { parseEnvelope } from './awsEnvelope.ts';
import { failureCause } from './failureCause.ts';
import { failureRules } from './failureRules.ts';
import type { FailureCause, StackEventSeen } from './runEvent.ts';

type FailedStack = Pick<StackView, 'id' | 'name' | 'status' | 'statusReason'>;

/** The first failure that made the others, in plain words. `events` may hold earlier operations of the stack; only the last counts. */
export function rootCause(stack: FailedStack, events: readonly StackEventSeen[]): FailureCause {
  const first = firstFailure(stack, events);
  if (!first) {
    const reason = stack.statusReason ?? `the stack ended in ${stack.status}`;
    return explain(reason, stack.name, '', { stackName: stack.name });
  }
  const resource = { logicalId: first.logicalId, type: first.resourceType, physicalId: first.physicalId };
  const shown = first.logicalId || stack.name;
  return explain(first.reason ?? `${first.status} without a reason`, shown, first.resourceType, {
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

function explain(
  reason: string,
  resource: string,
  type: string,
  place: Pick<Partial<FailureCause>, 'resource' | 'stackName'>,
): FailureCause {
  const { message, resourceIds } = parseEnvelope(reason);
  const rule = failureRules.find(
    ({ message: pattern, type: only }) => pattern.test(reason) && (only?.test(type) ?? true),
  );
  const evidence = resourceIds.length > 0 ? [`AWS names ${resourceIds.join(', ')}`] : [];
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
  const match = rule.message.exec(reason) ?? [];
  const fill = (text: string) =>
    text.replace(/\{(resource|message|\d)\}/g, (_all, key: string) =>
      key === 'resource' ? resource : key === 'message' ? message : (match[Number(key)] ?? '').trim(),
    );
  return failureCause({
    code: rule.code,
    what: fill(rule.what),
    why: fill(rule.why),
    fix: rule.fix,
    awsMessage: reason,
    retryable: rule.retryable ?? true,
    evidence,
    ...(rule.specPath === undefined ? {} : { specPath: rule.specPath }),
    ...place,
  });
}
