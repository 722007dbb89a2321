import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';

/** One look at the account: what was seen, or why nothing could be. */
export type Look<T> = { readonly seen: T } | { readonly refused: string };

/** Where looks are made from. */
export interface Looker {
  readonly session: AwsSession;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A look that is refused stays unknown. What passes by itself or needs the user (throttling, a dead network, an expired sign-in) is
 * thrown instead: whoever runs the preflight waits or tries again.
 */
export async function look<T>(work: () => Promise<T>): Promise<Look<T>> {
  try {
    return { seen: await work() };
  } catch (error) {
    const known = toPrivateEksError(error);
    if (!['access-denied', 'region-not-enabled', 'sandbox-not-implemented'].includes(known.code)) throw known;
    return { refused: known.message };
  }
}

export function seenOf<T>(given: Look<T> | undefined): T | undefined {
  return given && 'seen' in given ? given.seen : undefined;
}

/** The finding of a look that was refused; none for one that was made, or was not needed. */
export function unknownOf(given: Look<unknown> | undefined, what: string, specPath?: string): PreflightFinding[] {
  if (!given || 'seen' in given) return [];
  const more = { evidence: [given.refused], ...(specPath === undefined ? {} : { specPath }) };
  const permission = /^The permission ([\w-]+:\w+) is missing/.exec(given.refused)?.[1];
  const why = permission === undefined ? given.refused : `${permission} is missing.`;
  const message = `Not known: ${what}. ${why}`;
  return [finding('unknown', 'not-looked-at', message, 'Allow the look, or see for yourself.', more)];
}
