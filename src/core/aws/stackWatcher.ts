import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { Clock } from '../clock.ts';
import { PrivateEksError } from '../errors.ts';
import type { AwsSession } from './awsSession.ts';
import { toPrivateEksError } from './errors.ts';
import { signalOption } from './identity.ts';
import { describeStack, type StackView } from './stack.ts';
import { isSettled, stackType } from './stackStatus.ts';

/** One CloudFormation event, of the watched stack or of one nested in it. */
export interface WatchedEvent {
  readonly eventId: string;
  readonly stackName: string;
  /** Logical ids from the watched stack down to the nested one; empty at the top. */
  readonly path: readonly string[];
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason: string | undefined;
  /** AWS's own, ms. */
  readonly timestamp: number;
}

export interface WatchOptions {
  /** Ids of events that the listener knows already; what is in it is not told again. */
  readonly seen?: ReadonlySet<string>;
  /** Tells nothing from before the stack's last create, update, rollback or delete: for a listener that knows none of its events. */
  readonly lastOperationOnly?: boolean;
  readonly onEvents: (events: readonly WatchedEvent[]) => void;
  readonly signal?: AbortSignal;
}

/** For so long a stack that was just made may be unknown to its readers; ms. */
const newborn = 60_000;

/** After so many rounds the stack is asked whatever its events say: a last one that never came must not hold a run up for ever. */
const mostUnasked = 10;

/** Quickest, slowest and throttled polling, ms on the account's clock. */
const pace = { quick: 3_000, slow: 12_000, throttled: 30_000, growth: 1.4 };

interface Watched {
  readonly stackId: string;
  readonly options: WatchOptions;
  readonly since: number;
  readonly seen: Set<string>;
  /** Stacks to read: the watched one, then what is nested in it, by stack id. */
  readonly members: Map<string, { readonly path: readonly string[]; quiet: boolean; wasRead?: true }>;
  /** What the watched stack's own newest event says; undefined: none has been seen. */
  status?: string;
  /** Rounds since the stack itself was asked. */
  unasked: number;
  readonly settle: { resolve(stack: StackView): void; reject(error: unknown): void };
}

/** The one poller of an account and region: follows the stacks that somebody waits for, and rests when there are none. */
export class StackWatcher {
  readonly #session: AwsSession;
  readonly #clock: Clock;
  readonly #watched = new Set<Watched>();
  #interval = pace.quick;
  #polling = false;
  #rest = new AbortController();

  constructor(session: AwsSession, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
  }

  /** Resolves with the stack as it settled; a deleted one comes with `DELETE_COMPLETE`. */
  watch(stackId: string, options: WatchOptions): Promise<StackView> {
    const { promise, resolve, reject } = Promise.withResolvers<StackView>();
    const watched: Watched = {
      stackId,
      options,
      since: this.#clock.now(),
      seen: new Set(options.seen),
      members: new Map([[stackId, { path: [], quiet: false }]]),
      unasked: 0,
      settle: { resolve, reject },
    };
    const abort = () => this.#end(watched, () => reject(options.signal?.reason as Error));
    if (options.signal?.aborted) abort();
    else {
      options.signal?.addEventListener('abort', abort, { once: true });
      this.#watched.add(watched);
      this.#interval = pace.quick;
      if (this.#polling) this.#rest.abort();
      else void this.#poll();
    }
    return promise.finally(() => options.signal?.removeEventListener('abort', abort));
  }

  async #poll(): Promise<void> {
    this.#polling = true;
    while (this.#watched.size > 0) {
      const before = this.#interval;
      const news = await Promise.all([...this.#watched].map(watched => this.#round(watched)));
      if (news.includes('throttled')) this.#interval = Math.min(before * 2, pace.throttled);
      else this.#interval = news.includes('events') ? pace.quick : Math.min(before * pace.growth, pace.slow);
      this.#rest = new AbortController();
      if (this.#watched.size > 0) await this.#clock.sleep(this.#interval, this.#rest.signal).catch(() => undefined);
    }
    this.#polling = false;
  }

  async #round(watched: Watched): Promise<'events' | 'quiet' | 'throttled'> {
    try {
      const events = await this.#news(watched);
      if (events.length > 0) watched.options.onEvents(events);
      // Told or not: a watch may begin after the end, and an old end may stand before the first event of what is awaited.
      const ended = watched.status === undefined ? events.length === 0 : isSettled(watched.status);
      if (ended || ++watched.unasked >= mostUnasked) {
        watched.unasked = 0;
        const stack = await describeStack(this.#session, watched.stackId, watched.options.signal);
        if (!stack) throw new PrivateEksError('stack-missing', `Stack ${watched.stackId} does not exist.`);
        if (isSettled(stack.status)) {
          // It may have settled after its events were read.
          const last = await this.#news(watched);
          if (last.length > 0) watched.options.onEvents(last);
          this.#end(watched, () => watched.settle.resolve(stack));
        }
      }
      return events.length > 0 ? 'events' : 'quiet';
    } catch (error) {
      const failure = watched.options.signal?.aborted ? undefined : toPrivateEksError(error);
      const young = this.#clock.now() - watched.since < newborn;
      if (young && failure && /does not exist/.test(failure.message)) return 'quiet';
      if (failure?.code === 'throttled') return 'throttled';
      if (failure) this.#end(watched, () => watched.settle.reject(failure));
      return 'quiet';
    }
  }

  /** What happened since the last look, oldest first, nested stacks merged by time. */
  async #news(watched: Watched): Promise<WatchedEvent[]> {
    const found: WatchedEvent[] = [];
    for (const [stackId, member] of watched.members) {
      if (member.quiet) continue;
      const fresh = await this.#newEvents(stackId, watched);
      for (const event of fresh) {
        found.push(toWatchedEvent(event, member.path));
        const { PhysicalResourceId: id, LogicalResourceId: logicalId = '', ResourceType, ResourceStatus = '' } = event;
        if (ResourceType !== stackType || !id?.startsWith('arn:')) continue;
        if (id !== stackId && !watched.members.has(id))
          watched.members.set(id, { path: [...member.path, logicalId], quiet: false });
        // A nested stack is read until its own last word; its parent may set it going again.
        else if (id === stackId && stackId !== watched.stackId) member.quiet = isSettled(ResourceStatus);
        else if (id !== stackId && !isSettled(ResourceStatus)) revive(watched, id);
      }
    }
    return found.sort((a, b) => a.timestamp - b.timestamp);
  }

  /** Reads back only as far as the first event that is known. */
  async #newEvents(stackId: string, watched: Watched): Promise<StackEvent[]> {
    const { DescribeStackEventsCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await this.#session.client('cloudFormation');
    const fresh: StackEvent[] = [];
    const member = watched.members.get(stackId);
    const isFirstLook = watched.options.lastOperationOnly === true && !member?.wasRead;
    let own: StackEvent | undefined;
    let NextToken: string | undefined;
    do {
      const command = new DescribeStackEventsCommand({ StackName: stackId, ...(NextToken ? { NextToken } : {}) });
      const page = await client.send(command, signalOption(watched.options.signal));
      const events = page.StackEvents ?? [];
      own ??= events.find(({ PhysicalResourceId }) => PhysicalResourceId === watched.stackId);
      const known = events.findIndex(event => watched.seen.has(event.EventId ?? ''));
      const first = isFirstLook ? events.findIndex(event => beginsOperation(event, stackId)) + 1 : 0;
      const ends = [known === -1 ? Infinity : known, first === 0 ? Infinity : first];
      fresh.push(...events.slice(0, Math.min(...ends)));
      NextToken = ends.every(end => end === Infinity) ? page.NextToken : undefined;
    } while (NextToken);
    if (own?.ResourceStatus && stackId === watched.stackId) watched.status = own.ResourceStatus;
    for (const event of fresh) watched.seen.add(event.EventId ?? '');
    if (member) member.wasRead = true;
    return fresh.reverse();
  }

  #end(watched: Watched, settle: () => void): void {
    this.#watched.delete(watched);
    settle();
  }
}

/** The event with which somebody sets a stack going; a rollback that CloudFormation begins by itself is told with its reason instead. */
function beginsOperation(event: StackEvent, stackId: string): boolean {
  const status: string = event.ResourceStatus ?? '';
  if (event.PhysicalResourceId !== stackId || !status.endsWith('_IN_PROGRESS')) return false;
  return /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(status) || event.ResourceStatusReason === 'User Initiated';
}

function revive(watched: Watched, nestedId: string): void {
  const nested = watched.members.get(nestedId);
  if (nested) nested.quiet = false;
}

function toWatchedEvent(event: StackEvent, path: readonly string[]): WatchedEvent {
  return {
    eventId: event.EventId ?? '',
    stackName: event.StackName ?? '',
    path,
    logicalId: event.LogicalResourceId ?? '',
    physicalId: event.PhysicalResourceId ?? '',
    resourceType: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    reason: event.ResourceStatusReason,
    timestamp: event.Timestamp?.getTime() ?? 0,
  };
}
