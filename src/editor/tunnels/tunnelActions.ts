import type { RouteKindName, TunnelPlace } from '../../protocol/tunnelPanel.ts';

/** What can be done with a tunnel from wherever it is shown. */
export interface TunnelActions {
  connect(place: TunnelPlace): Promise<void>;
  /** Asks only when something uses the tunnel. */
  disconnect(place: TunnelPlace): Promise<void>;
  reconnect(place: TunnelPlace): Promise<void>;
  /** Asks for a way in, unless one is named; a new bastion is asked for in any case, because it costs money. */
  changeRoute(place: TunnelPlace, kind?: RouteKindName): Promise<void>;
  copyEnvironment(place: TunnelPlace): Promise<void>;
  copyDiagnostics(place: TunnelPlace): Promise<void>;
  openTerminal(place: TunnelPlace): Promise<void>;
  signIn(place: TunnelPlace): Promise<void>;
}
