import type { EventRow } from './runPanel.ts';

export const eventLevels = ['all', 'failures'] as const;
export type EventLevel = (typeof eventLevels)[number];

export interface EventQuery {
  /** Words that a row has somewhere; empty: any row. */
  readonly filter: string;
  readonly level: EventLevel;
}

/** Whether a row is shown, and copied, under a filter. */
export function eventMatches(event: EventRow, filter: string, level: EventLevel): boolean {
  if (level === 'failures' && !isFailure(event.status)) return false;
  if (!filter) return true;
  const text = [event.stackName, ...event.path, event.logicalId, event.resourceType, event.status, event.reason ?? ''];
  return text.join(' ').toLowerCase().includes(filter.toLowerCase());
}

/** Of a CloudFormation status. */
export function isFailure(status: string): boolean {
  return /FAILED|ROLLBACK/.test(status);
}
