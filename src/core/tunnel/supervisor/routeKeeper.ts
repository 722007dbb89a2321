import type { Clock } from '../../clock.ts';
import { isCancellation, PrivateEksError } from '../../errors.ts';
import type { FindRoute, Route, RouteChoice, RouteReport } from '../route/route.ts';
import { noRouteError } from '../route/noRoute.ts';
import type { TunnelEventBody } from './eventLog.ts';
import type { SignInGate } from './signInGate.ts';

export interface RouteKeeperOptions {
  readonly cluster: { readonly name: string; readonly vpcId: string };
  readonly findRoute: FindRoute;
  readonly choice: RouteChoice;
  /** The account's clock: how long nodes take to come online. */
  readonly accountClock: Clock;
  readonly gate: SignInGate;
  readonly onReport: (report: RouteReport) => void;
  readonly onEvent: (event: TunnelEventBody) => void;
}

const lookAgainMs = 10_000;

/** The route that a tunnel is on, what was chosen, and what was found out on the way. */
export class RouteKeeper {
  readonly #options: RouteKeeperOptions;
  #choice: RouteChoice;
  #route: Route | undefined;
  #report: RouteReport | undefined;
  #isMissing = false;

  constructor(options: RouteKeeperOptions) {
    this.#options = options;
    this.#choice = options.choice;
  }

  get route(): Route | undefined {
    return this.#route;
  }

  get report(): RouteReport | undefined {
    return this.#report;
  }

  /**
   * Looks for the way that was chosen; for a node that is not online yet it waits so long, on the account's clock.
   * @throws PrivateEksError `no-route`
   */
  async find(signal: AbortSignal, waitMs: number, onWaiting: (why: string) => void): Promise<Route> {
    const { accountClock } = this.#options;
    const until = accountClock.now() + waitMs;
    for (;;) {
      try {
        return this.take(await this.look(undefined, signal));
      } catch (error) {
        if (!isNoRoute(error)) throw error;
        if (accountClock.now() >= until) throw this.#missed(error);
        onWaiting(error.message);
        await accountClock.sleep(lookAgainMs, signal);
      }
    }
  }

  /** What is looked for from now on. */
  choose(choice: RouteChoice): void {
    this.#choice = choice;
  }

  /** Looks once; nothing changes but the report. Without a choice: for what was chosen before. @throws PrivateEksError `no-route` */
  async look(choice: RouteChoice | undefined, signal: AbortSignal): Promise<Route> {
    const { findRoute, gate, onReport, cluster } = this.#options;
    const report = await gate.pass(() => findRoute(choice ?? this.#choice, signal), signal);
    this.#report = report;
    onReport(report);
    if (!report.route) throw noRouteError(report, cluster);
    return report.route;
  }

  /** This is the route from now on. */
  take(route: Route, choice: RouteChoice = this.#choice): Route {
    const startedBastion = choice.kind === 'new-bastion';
    // The consent to a bastion's cost was for this one: when it is gone, the next is asked for again.
    this.#choice = startedBastion ? { kind: 'automatic' } : choice;
    if (this.#isMissing || !isSame(route, this.#route)) {
      const code = startedBastion ? 'bastion-started' : 'route-found';
      this.#options.onEvent({ code, severity: 'info', message: `${routeTitle(route)}: ${route.reason}.` });
    }
    this.#isMissing = false;
    this.#route = route;
    return route;
  }

  #missed(error: PrivateEksError): PrivateEksError {
    const { target, kind } = this.#choice;
    // What was asked for by name may never come back; its kind may have others.
    if (target !== undefined && this.#route) this.#choice = { kind };
    const cure = error.fix ?? 'It is looked for again.';
    if (!this.#isMissing) this.#options.onEvent({ code: 'no-route', severity: 'error', message: error.message, cure });
    this.#isMissing = true;
    return error;
  }
}

export function isNoRoute(error: unknown): error is PrivateEksError {
  return error instanceof PrivateEksError && !isCancellation(error) && error.code === 'no-route';
}

export function routeTitle(route: Route): string {
  return route.kind === 'direct' ? 'Direct route' : `Route by ${route.kind} ${route.target}`;
}

function isSame(one: Route, other: Route | undefined): boolean {
  if (one.kind === 'direct' || other?.kind === 'direct') return one.kind === other?.kind;
  return one.kind === other?.kind && one.target === other.target;
}
