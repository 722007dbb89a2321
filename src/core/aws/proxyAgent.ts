import type { Agent } from 'node:http';
import { proxyFor, proxySettings } from './proxySettings.ts';

/** The agent for a TLS connection that is no SDK call, a WebSocket, where a proxy stands between; undefined to go straight. */
export async function proxyAgent(
  env: Readonly<Record<string, string | undefined>>,
  host: string,
): Promise<Agent | undefined> {
  const proxy = proxyFor(proxySettings(env), 'https:', host);
  if (proxy === undefined) return undefined;
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy);
}
