import type { AwsSession } from '../../aws/awsSession.ts';
import type { Clock } from '../../clock.ts';
import { isCancellation, PrivateEksError } from '../../errors.ts';
import type { Route } from '../route/route.ts';
import { parseBastionTarget } from './bastionTasks.ts';
import { releaseBastion, stopWhenIdle, type Released, type Release } from './releaseBastion.ts';

/** As much of a tunnel's status as tells who goes through what. */
export interface TunnelUse {
  readonly route: Route | undefined;
  readonly openConnections: number;
  readonly sessions: readonly { readonly sessionId: string }[];
}

export interface BastionKeeperOptions {
  readonly session: AwsSession;
  /** Real time: how long nobody has used the tunnel. */
  readonly clock: Clock;
  /** 0: never stopped for idleness. */
  readonly idleMinutes: number;
  /** The bastion has ended with nobody using it: the tunnel has no way any more, and no use for one. */
  readonly onIdle: () => void;
  readonly log: (message: string) => void;
}

/** Ends a tunnel's bastion when nobody uses it: after so many idle minutes, or with the tunnel that started it. */
export class BastionKeeper {
  readonly #options: BastionKeeperOptions;
  readonly #end = new AbortController();
  readonly #own = new Set<string>();
  #use: TunnelUse | undefined;
  #idleSince: number | undefined;

  constructor(options: BastionKeeperOptions) {
    this.#options = options;
    if (options.idleMinutes > 0) void this.#watch();
  }

  /** To be told each status. */
  saw(use: TunnelUse): void {
    this.#use = use;
    if (use.openConnections > 0) this.#idleSince = undefined;
    else this.#idleSince ??= this.#options.clock.now();
  }

  /** This tunnel started the bastion, and ends it. */
  started(target: string): void {
    this.#own.add(target);
  }

  /** At the tunnel's end, before its sessions are forgotten. Never throws: what stays ends when its time is over. */
  async end(): Promise<void> {
    const release = this.#release();
    this.#end.abort();
    if (!release || !this.#own.has(release.target)) return;
    const { session } = this.#options;
    await releaseBastion(session, release).then(
      released => this.#tell(released),
      (error: unknown) => this.#options.log(`The bastion stays until its time is over: ${String(error)}`),
    );
  }

  async #watch(): Promise<void> {
    const { session, clock, idleMinutes, onIdle, log } = this.#options;
    const current = () => this.#release();
    const idleSince = () => this.#idleSince;
    const watch = { clock, idleMs: idleMinutes * 60_000, current, idleSince };
    while (!this.#end.signal.aborted)
      try {
        const released = await stopWhenIdle(session, watch, this.#end.signal);
        this.#tell(released, `after ${idleMinutes} idle minutes`);
        return onIdle();
      } catch (error) {
        if (isCancellation(error) || this.#end.signal.aborted) return;
        log(
          `Whether the bastion is idle is not known: ${error instanceof PrivateEksError ? error.message : String(error)}`,
        );
        await clock.sleep(watch.idleMs, this.#end.signal).catch(() => undefined);
      }
  }

  #release(): Release | undefined {
    const { route, sessions } = this.#use ?? {};
    if (route?.kind !== 'bastion' || !parseBastionTarget(route.target)) return undefined;
    return { target: route.target, ownSessionIds: (sessions ?? []).map(({ sessionId }) => sessionId) };
  }

  #tell({ stopped, why }: Released, when = ''): void {
    const words = when ? ` ${when}` : '';
    this.#options.log(stopped ? `Stopped the bastion${words}: ${why}.` : `The bastion stays: ${why}.`);
  }
}
