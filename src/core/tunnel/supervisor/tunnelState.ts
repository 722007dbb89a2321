import type { Health } from './pooledSession.ts';
import type { TunnelState } from './tunnelStatus.ts';

/** All that the state is made of; each is seen or measured. */
export interface TunnelFacts {
  readonly isEnded: boolean;
  /** A call to AWS waits for a sign-in, for this reason. */
  readonly waitingForSignIn: string | undefined;
  /** What is being done for the first session. */
  readonly doing: { readonly state: 'finding-route' | 'opening'; readonly detail: string } | undefined;
  /** What keeps the first session from being opened; it is tried again. */
  readonly trouble: { readonly state: 'finding-route' | 'degraded'; readonly detail: string } | undefined;
  /** The ways that are open: sessions, or the direct one. */
  readonly ways: readonly Way[];
  /** The account's idle timeout has ended the last session: it has none until the next connection. */
  readonly isResting: boolean;
  readonly latencyMs: number | undefined;
  /** Nobody uses it, so it is not probed: that would keep a session open which the account wants ended. */
  readonly isQuiet: boolean;
}

export interface Way {
  readonly isResuming: boolean;
  readonly health: Health;
  /** It was open before, and is not probed yet since it was resumed. */
  readonly wasResumed: boolean;
  readonly detail: string;
}

export interface StateInWords {
  readonly state: TunnelState;
  readonly detail: string;
}

/** What a person is told, the best way counting; an expired sign-in comes first, because only a person can mend it. */
export function tunnelState(facts: TunnelFacts): StateInWords {
  const { ways, doing, trouble, latencyMs } = facts;
  if (facts.isEnded) return { state: 'ended', detail: 'closed' };
  if (facts.waitingForSignIn !== undefined) return { state: 'waiting-for-sign-in', detail: facts.waitingForSignIn };
  const open = ways.filter(({ isResuming }) => !isResuming);
  if (open.some(({ health }) => health === 'answering'))
    return {
      state: 'healthy',
      detail: [
        `${latencyMs ?? '?'} ms`,
        ...amiss(ways),
        ...(facts.isQuiet ? ['not asked while nobody uses it'] : []),
      ].join('; '),
    };
  const failing = open.find(({ health }) => health === 'failing');
  if (failing) return { state: 'degraded', detail: failing.detail };
  const resuming = ways.find(({ isResuming, wasResumed }) => isResuming || wasResumed);
  if (resuming) return { state: 'resuming', detail: resuming.detail };
  if (doing) return doing;
  if (trouble) return trouble;
  if (facts.isResting) return { state: 'resting', detail: restingDetail };
  return { state: 'opening', detail: open[0]?.detail ?? 'a new session is opened' };
}

const restingDetail =
  'nobody uses it, so no session is open on AWS’s side; the next connection opens one, on the same port';

function amiss(ways: readonly Way[]): string[] {
  const failing = ways.filter(({ isResuming, health }) => !isResuming && health === 'failing').length;
  const resuming = ways.filter(({ isResuming }) => isResuming).length;
  const of = `of ${ways.length} sessions`;
  return [
    ...(resuming > 0 ? [`${resuming} ${of} being resumed`] : []),
    ...(failing > 0 ? [`${failing} ${of} not answering`] : []),
  ];
}
