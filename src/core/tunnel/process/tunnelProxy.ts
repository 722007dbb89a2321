import type { ProxySettings } from '../../aws/proxySettings.ts';
import { systemClock } from '../../clock.ts';
import { openConnectProxy, type ConnectProxy } from '../forward/connectProxy.ts';
import { newProxyCredentials } from '../forward/connectRequest.ts';
import { dialOut } from '../forward/dialOut.ts';
import { askOnce } from './askOnce.ts';
import type { TunnelRecord } from './tunnelRecord.ts';

/** Everything but the cluster goes straight. */
export const noProxy: ProxySettings = { https: undefined, http: undefined, bypass: [] };

/** The CONNECT proxy of a tunnel's process: opened when somebody first asks, one for all who ask, closed by the signal. */
export class TunnelProxy {
  readonly #host: string;
  readonly #port: number;
  readonly #upstream: ProxySettings;
  readonly #signal: AbortSignal;
  #proxy: Promise<ConnectProxy> | undefined;

  /** `port` is the tunnel's own listener: what goes by the proxy is counted, and waits for a session, like everything else. */
  constructor(host: string, port: number, upstream: ProxySettings, signal: AbortSignal) {
    this.#host = host;
    this.#port = port;
    this.#upstream = upstream;
    this.#signal = signal;
  }

  async url(): Promise<string> {
    this.#proxy ??= openConnectProxy({
      clusterHosts: [this.#host],
      connect: signal => dialOut({ host: '127.0.0.1', port: this.#port }, undefined, signal),
      upstream: this.#upstream,
      credentials: newProxyCredentials(),
      clock: systemClock,
      signal: this.#signal,
    });
    return (await this.#proxy).url;
  }
}

/**
 * Has the tunnel's process open its proxy; gives the URL, which holds its credentials.
 * @throws PrivateEksError `tunnel-gone`
 */
export function askForProxy(record: TunnelRecord): Promise<string> {
  return askOnce(record, { type: 'open-proxy' }, ({ type, url }) =>
    type === 'proxy' && typeof url === 'string' ? url : undefined,
  );
}
