import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import type { HttpHandler } from '@smithy/protocol-http';
import { proxyFor, type ProxySettings } from './proxySettings.ts';

export interface RequestHandlerOptions {
  readonly proxy: ProxySettings;
  /** Path of a PEM bundle that is trusted besides Node's own authorities (AWS_CA_BUNDLE, `ca_bundle`). */
  readonly caBundle: string | undefined;
}

/** Requests wait at most this long for a connection, and for an answer once connected; in ms. */
const timeouts = { connectionTimeout: 10_000, requestTimeout: 60_000 };

/** The one handler that all clients of a session share: keep-alive, proxy by host, own authorities, timeouts. */
export async function requestHandler({ proxy, caBundle }: RequestHandlerOptions): Promise<HttpHandler> {
  const [{ NodeHttpHandler }, { HttpsProxyAgent }] = await Promise.all([
    import('@smithy/node-http-handler'),
    import('https-proxy-agent'),
  ]);
  const trust = caBundle ? { ca: [...getCACertificates('default'), await readFile(caBundle, 'utf8')] } : {};
  const pool = { keepAlive: true, maxSockets: 50 };
  const direct = new NodeHttpHandler({
    ...timeouts,
    httpAgent: new HttpAgent(pool),
    httpsAgent: new HttpsAgent({ ...pool, ...trust }),
  });
  const proxied = new Map<string, InstanceType<typeof NodeHttpHandler>>();
  const handlerFor = (protocol: string, host: string) => {
    const url = proxyFor(proxy, protocol, host);
    if (!url) return direct;
    let handler = proxied.get(url);
    if (!handler) {
      const agent = new HttpsProxyAgent(url, { ...pool, ...trust });
      handler = new NodeHttpHandler({ ...timeouts, httpAgent: agent, httpsAgent: agent });
      proxied.set(url, handler);
    }
    return handler;
  };
  return {
    handle: (request, options) => handlerFor(request.protocol, request.hostname).handle(request, options),
    destroy: () => [direct, ...proxied.values()].forEach(handler => handler.destroy()),
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}
