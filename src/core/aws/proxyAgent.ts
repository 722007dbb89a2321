import type { Agent, AgentOptions } from 'node:https';
import { PrivateEksError } from '../errors.ts';
import { proxyFor, proxyName, proxyUrl, type ProxySettings } from './proxySettings.ts';

/** Agents by proxy, one for each, made when first asked for. @throws PrivateEksError `proxy-unsupported` */
export function proxyAgents(
  settings: ProxySettings,
  options: AgentOptions = {},
): (protocol: string, host: string) => Promise<Agent | undefined> {
  const agents = new Map<string, Promise<Agent>>();
  return async (protocol, host) => {
    const proxy = proxyFor(settings, protocol, host);
    if (proxy === undefined) return undefined;
    let agent = agents.get(proxy);
    if (!agent) {
      agent = tunnellingAgent(proxyUrl(proxy), options);
      agents.set(proxy, agent);
    }
    return agent;
  };
}

/** An agent whose failures name the proxy, without its password, instead of looking like AWS's own. */
async function tunnellingAgent(url: URL, options: AgentOptions): Promise<Agent> {
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const name = proxyName(url);
  class NamedProxyAgent extends HttpsProxyAgent<string> {
    override async connect(...[request, target]: Parameters<InstanceType<typeof HttpsProxyAgent>['connect']>) {
      let status = 200;
      request.once('proxyConnect', (answer: { statusCode: number }) => (status = answer.statusCode));
      const socket = await super.connect(request, target).catch((error: unknown) => {
        throw unreachable(name, error);
      });
      if (status === 200) return socket;
      socket.destroy();
      throw refusal(name, status, `${target.host ?? 'AWS'}`);
    }
  }
  return new NamedProxyAgent(url.href, options);
}

function unreachable(name: string, cause: unknown): PrivateEksError {
  const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? 'no answer') : 'no answer';
  return new PrivateEksError('proxy-unreachable', `The proxy ${name} cannot be reached (${why}).`, {
    retryable: true,
    fix: 'Check HTTPS_PROXY, or the editor’s http.proxy; NO_PROXY names hosts that go straight.',
  });
}

function refusal(name: string, status: number, host: string): PrivateEksError {
  if (status === 407)
    return new PrivateEksError('proxy-sign-in', `The proxy ${name} asks for a user and a password (HTTP 407).`, {
      fix: 'Write them into HTTPS_PROXY (http://user:password@host:port), or use a proxy that signs in by itself.',
    });
  return new PrivateEksError('proxy-refused', `The proxy ${name} does not let through to ${host} (HTTP ${status}).`, {
    retryable: status >= 500,
    fix: `Ask whoever runs the proxy to allow ${host} on port 443, WebSockets included.`,
  });
}
