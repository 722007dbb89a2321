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
  return !filter || eventText(event).includes(filter.toLowerCase());
}

/** What a filter's words are looked for in, in small letters. */
export function eventText(event: EventRow): string {
  const text = [event.stackName, ...event.path, event.logicalId, event.resourceType, event.status, event.reason ?? ''];
  return text.join(' ').toLowerCase();
}

/** Of a CloudFormation status. */
export function isFailure(status: string): boolean {
  return /FAILED|ROLLBACK/.test(status);
}
