/** What the environment, or the editor's `http.proxy`, says about proxies. */
export interface ProxySettings {
  readonly https: string | undefined;
  readonly http: string | undefined;
  /** Host names, `.suffixes`, `*`: as in NO_PROXY. */
  readonly bypass: readonly string[];
}

export function proxySettings(env: Readonly<Record<string, string | undefined>>, editorProxy?: string): ProxySettings {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const all = editorProxy || undefined;
  return {
    https: read('HTTPS_PROXY') ?? all ?? read('ALL_PROXY'),
    http: read('HTTP_PROXY') ?? all ?? read('ALL_PROXY'),
    bypass: (read('NO_PROXY') ?? '').split(/[\s,]+/).filter(Boolean),
  };
}

/** The proxy's URL for a request, or undefined to go straight. This machine is never reached through a proxy. */
export function proxyFor(settings: ProxySettings, protocol: string, host: string): string | undefined {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (name === 'localhost' || name === '::1' || name.startsWith('127.')) return undefined;
  if (settings.bypass.some(entry => bypasses(entry.toLowerCase(), name))) return undefined;
  const url = protocol === 'https:' ? settings.https : settings.http;
  return url && !url.includes('://') ? `http://${url}` : url;
}

function bypasses(entry: string, host: string): boolean {
  if (entry === '*') return true;
  const bare = entry.replace(/:\d+$/, '').replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}
