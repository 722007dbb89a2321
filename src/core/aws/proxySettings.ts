import { BlockList, isIP } from 'node:net';
import { PrivateEksError } from '../errors.ts';

/** What the environment, or the editor's `http.proxy`, says about proxies. */
export interface ProxySettings {
  readonly https: string | undefined;
  readonly http: string | undefined;
  /** Host names, `.suffixes`, addresses, CIDR ranges, `*`: as in NO_PROXY. */
  readonly bypass: readonly string[];
}

/** How the editor hands its `http.proxy` and `http.noProxy` to a process that it starts; the usual variables win. */
export const editorProxyVariables = {
  proxy: 'PRIVATE_EKS_EDITOR_PROXY',
  noProxy: 'PRIVATE_EKS_EDITOR_NO_PROXY',
} as const;

export function proxySettings(env: Readonly<Record<string, string | undefined>>, editorProxy?: string): ProxySettings {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const editor = editorProxy || env[editorProxyVariables.proxy] || undefined;
  const isFromEnvironment = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].some(name => read(name) !== undefined);
  const bypass = read('NO_PROXY') ?? (isFromEnvironment ? '' : env[editorProxyVariables.noProxy]) ?? '';
  return {
    https: read('HTTPS_PROXY') ?? editor ?? read('ALL_PROXY'),
    http: read('HTTP_PROXY') ?? editor ?? read('ALL_PROXY'),
    bypass: bypass.split(/[\s,]+/).filter(Boolean),
  };
}

/** The proxy's URL for a request, or undefined to go straight. This machine is never reached through a proxy. */
export function proxyFor(settings: ProxySettings, protocol: string, host: string): string | undefined {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (name === 'localhost' || name === '::1' || name.startsWith('127.')) return undefined;
  if (settings.bypass.some(entry => bypasses(entry.toLowerCase(), name))) return undefined;
  const url = protocol === 'https:' || protocol === 'wss:' ? settings.https : settings.http;
  return url && !url.includes('://') ? `http://${url}` : url;
}

function bypasses(entry: string, host: string): boolean {
  if (entry === '*') return true;
  const range = /^\[?([0-9a-f.:]+)\]?\/(\d+)$/.exec(entry);
  if (range) return inRange(range[1] ?? '', Number(range[2]), host);
  const bare = isIP(entry)
    ? entry
    : entry
        .replace(/:\d+$/, '')
        .replace(/^\*?\./, '')
        .replace(/^\[|\]$/g, '');
  return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`));
}

function inRange(network: string, bits: number, host: string): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, bits, type);
  return list.check(host, type);
}

/** A proxy as it may be shown and logged: without user and password. */
export function proxyName(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

/** @throws PrivateEksError `proxy-unsupported` for what is no HTTP proxy's URL; the message does not repeat it, for it may hold a password */
export function proxyUrl(written: string): URL {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new PrivateEksError(
    'proxy-unsupported',
    url ? `A proxy of the kind ${url.protocol}// is not supported.` : 'The proxy that is set is not a URL.',
    { fix: 'Set HTTPS_PROXY, or the editor’s http.proxy, to an http:// or https:// proxy.' },
  );
}
