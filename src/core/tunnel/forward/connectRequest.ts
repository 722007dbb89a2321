import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Asked for by the proxy of everybody, also of programs on this machine: another user's must not get into the VPC by it. */
export interface ProxyCredentials {
  readonly user: string;
  readonly password: string;
}

/** New for each proxy; letters that need no escape in a URL, a shell or a `.cmd`. */
export function newProxyCredentials(): ProxyCredentials {
  return { user: 'private-eks', password: randomBytes(24).toString('hex') };
}

/** True when a `Proxy-Authorization` header holds these; takes the same time whichever letter is wrong. */
export function isAuthorized(header: string | undefined, { user, password }: ProxyCredentials): boolean {
  const encoded = /^basic +([\w+/=-]+) *$/i.exec(header ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(Buffer.from(encoded, 'base64').toString('utf8')), digest(`${user}:${password}`));
}

export interface ConnectTarget {
  /** Lower case; an IPv6 address without brackets; without the dot at the end. */
  readonly host: string;
  readonly port: number;
}

/** `host:port` of a CONNECT; undefined for anything else: no scheme, no path, no user, no port left out. */
export function connectTarget(authority: string | undefined): ConnectTarget | undefined {
  if (authority === undefined || authority.length > 300) return undefined;
  const [, bracketed, name, digits] =
    /^(?:\[([\da-fA-F:.]+)\]|([\w-]+(?:\.[\w-]+)*\.?)):(\d{1,5})$/.exec(authority) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  if (bracketed !== undefined) return bracketed.includes(':') ? { host: bracketed.toLowerCase(), port } : undefined;
  const host = (name ?? '').toLowerCase().replace(/\.$/, '');
  return host.length <= 253 ? { host, port } : undefined;
}
