import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import tls from 'node:tls';
import type { HttpHandler } from '@smithy/protocol-http';
import { proxyAgents } from './proxyAgent.ts';
import { PrivateEksError } from '../errors.ts';
import type { ProxySettings } from './proxySettings.ts';

export interface RequestHandlerOptions {
  readonly proxy: ProxySettings;
  /** Path of a PEM bundle that is trusted besides Node's own authorities (AWS_CA_BUNDLE, `ca_bundle`). */
  readonly caBundle: string | undefined;
  /** Other than the usual ones, ms. */
  readonly timeouts?: Partial<typeof timeouts>;
}

/** Requests wait at most this long for a connection, for an answer, and for its next byte; ms. */
const timeouts = { connectionTimeout: 10_000, requestTimeout: 60_000, socketTimeout: 60_000 };

/** Since Node 22.15; the credential plugin also runs where only an older one is found. */
const ownAuthorities = (): readonly string[] =>
  (tls as Partial<typeof tls>).getCACertificates?.('default') ?? tls.rootCertificates;

/** PEM authorities to trust, or undefined for Node's own alone. @throws PrivateEksError `ca-bundle-unreadable` */
export async function trustedAuthorities(caBundle: string | undefined): Promise<string[] | undefined> {
  return caBundle ? [...ownAuthorities(), await readFile(caBundle, 'utf8').catch(unreadable(caBundle))] : undefined;
}

function unreadable(caBundle: string) {
  return (cause: NodeJS.ErrnoException): never => {
    const message = `The CA bundle ${caBundle} cannot be read (${cause.code ?? cause.message}).`;
    const fix = 'Correct AWS_CA_BUNDLE, or the profile’s ca_bundle: the path of a file with PEM certificates.';
    throw new PrivateEksError('ca-bundle-unreadable', message, { cause, fix });
  };
}

/** The one handler that all clients of a session share: keep-alive, proxy by host, own authorities, timeouts. */
export async function requestHandler({ proxy, caBundle, ...options }: RequestHandlerOptions): Promise<HttpHandler> {
  const { NodeHttpHandler } = await import('@smithy/node-http-handler');
  // Unless it is told to throw, the SDK only writes a warning to the console and goes on waiting for ever.
  const limits = { ...timeouts, ...options.timeouts, throwOnRequestTimeout: true };
  const ca = await trustedAuthorities(caBundle);
  const pool = { keepAlive: true, maxSockets: 50 };
  const secure = { ...pool, ...(ca ? { ca } : {}) };
  const direct = new NodeHttpHandler({
    ...limits,
    httpAgent: new HttpAgent(pool),
    httpsAgent: new HttpsAgent(secure),
  });
  const agentFor = proxyAgents(proxy, secure);
  const proxied = new Map<HttpsAgent, InstanceType<typeof NodeHttpHandler>>();
  const handlerFor = async (protocol: string, host: string) => {
    const agent = await agentFor(protocol, host);
    if (!agent) return direct;
    let handler = proxied.get(agent);
    if (!handler) {
      handler = new NodeHttpHandler({ ...limits, httpAgent: agent, httpsAgent: agent });
      proxied.set(agent, handler);
    }
    return handler;
  };
  return {
    handle: async (request, options) => (await handlerFor(request.protocol, request.hostname)).handle(request, options),
    destroy: () => [direct, ...proxied.values()].forEach(handler => handler.destroy()),
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}
