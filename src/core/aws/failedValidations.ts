import type { OperationEvent } from '@aws-sdk/client-cloudformation';
import { isCancellation } from '../errors.ts';
import type { AwsSession } from './awsSession.ts';
import { signalOption } from './identity.ts';

/** What one of CloudFormation's checks before a deployment has against a resource. */
export interface FailedValidation {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  /** AWS's sentence, and where in the template. */
  readonly reason: string;
  /** AWS's own, ms. */
  readonly timestamp: number;
}

/** CloudFormation's words for a failure of which it tells the reason elsewhere. */
export function pointsToValidations(reason: string): boolean {
  return /EarlyValidation|DescribeEvents|validation failed/i.test(reason);
}

/**
 * Since 2025 CloudFormation checks properties and names before it makes a change set, and since June 2026 before it creates or updates a
 * stack. What it finds stands in no stack event and in no status: `DescribeEvents` alone tells it, of a change set by its ARN. Undefined
 * where that cannot be asked.
 */
export async function failedValidations(
  session: AwsSession,
  of: { readonly ChangeSetName: string } | { readonly StackName: string },
  signal?: AbortSignal,
): Promise<FailedValidation[] | undefined> {
  try {
    const { DescribeEventsCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const found: OperationEvent[] = [];
    let NextToken: string | undefined;
    do {
      const command = new DescribeEventsCommand({ ...of, Filters: { FailedEvents: true }, NextToken });
      const page = await client.send(command, signalOption(signal));
      found.push(...(page.OperationEvents ?? []).filter(({ EventType }) => EventType === 'VALIDATION_ERROR'));
      ({ NextToken } = page);
    } while (NextToken);
    const time = ({ Timestamp }: OperationEvent) => Timestamp?.getTime() ?? 0;
    // A stack's events are those of all its operations.
    const last = found.reduce<OperationEvent | undefined>((a, b) => (a && time(a) >= time(b) ? a : b), undefined);
    return found
      .filter(
        ({ OperationId, ValidationFailureMode }) =>
          OperationId === last?.OperationId && ValidationFailureMode !== 'WARN',
      )
      .map(event => ({
        logicalId: event.LogicalResourceId ?? '',
        physicalId: event.PhysicalResourceId ?? '',
        resourceType: event.ResourceType ?? '',
        reason: `${event.ValidationStatusReason ?? event.ValidationName ?? 'a check failed'}${event.ValidationPath ? ` (at ${event.ValidationPath})` : ''}`,
        timestamp: time(event),
      }));
  } catch (error) {
    // What failed matters more than that nobody says why.
    if (isCancellation(error)) throw error;
    return undefined;
  }
}

export const validationText = ({ logicalId, resourceType, reason }: FailedValidation): string =>
  `${[logicalId, resourceType && `(${resourceType})`].filter(Boolean).join(' ')}: ${reason}`.replace(/^: /, '');
