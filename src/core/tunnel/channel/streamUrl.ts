import { PrivateEksError } from '../../errors.ts';

export interface StreamUrlRule {
  readonly region: string;
  /** True only when the account's endpoint is itself on loopback: then `ws:` to loopback is what the account answers. */
  readonly loopback: boolean;
  /** Put in place of the answered host, as `host[:port]` or `https://host[:port]`: the name of a PrivateLink endpoint, mostly. */
  readonly endpoint?: string | undefined;
}

/** DNS suffixes of AWS's partitions and, where they have one, of their dual-stack endpoints. */
const suffixes = [
  'amazonaws.com',
  'api.aws',
  'amazonaws.com.cn',
  'api.amazonwebservices.com.cn',
  'amazonaws.eu',
  'api.amazonwebservices.eu',
  'c2s.ic.gov',
  'api.aws.ic.gov',
  'sc2s.sgov.gov',
  'api.aws.scloud',
  'cloud.adc-e.uk',
  'api.cloud-aws.adc-e.uk',
  'csp.hci.ic.gov',
  'api.aws.hci.ic.gov',
];

/**
 * The URL to dial, with everything behind the host as it was answered, letter by letter: its cell number holds "+" and "/" that a query
 * parser would spoil. A token goes to this URL, so it must be Session Manager's own host in the session's region, over TLS. Below AWS's
 * domain anyone can have a name (a bucket, a load balancer), so the domain alone is no proof.
 * @throws PrivateEksError `stream-url-refused`
 */
export function streamUrlToDial(streamUrl: string, rule: StreamUrlRule): string {
  const url = URL.canParse(streamUrl) ? new URL(streamUrl) : undefined;
  const isLoopback = url !== undefined && loopbackHost.test(url.hostname);
  const isHere = rule.loopback && isLoopback && (url.protocol === 'ws:' || url.protocol === 'wss:');
  const isClean = url !== undefined && !url.username && !url.password;
  const authority = rule.endpoint ? authorityOf(rule) : undefined;
  const isSet = url !== undefined && `${url.protocol}//${url.host}` === authority;
  if (!isClean || !(isHere || isSet || isSessionManager(url, rule.region))) throw refused(url);
  return authority === undefined ? streamUrl : streamUrl.replace(/^[a-z]+:\/\/[^/?#]+/i, () => authority);
}

const loopbackHost = /^(localhost|\[::1\]|127(\.\d+){3})$/;

function isSessionManager(url: URL, region: string): boolean {
  if (url.protocol !== 'wss:' || url.port !== '') return false;
  return suffixes.some(suffix => {
    if (!url.hostname.endsWith(`.${suffix}`)) return false;
    const name = url.hostname.slice(0, -suffix.length - 1);
    const service = ['ssmmessages', 'ssmmessages-fips'].find(label =>
      [`${label}.${region}`, `${label}.${region}.vpce`].some(end => name === end || name.endsWith(`.${end}`)),
    );
    if (!service) return false;
    const before = name.slice(0, name.indexOf(`${service}.${region}`));
    return before === '' || /^vpce-[0-9a-z-]+\.$/.test(before);
  });
}

/** @throws PrivateEksError `stream-url-refused` for an endpoint setting that is no host, or not TLS */
function authorityOf(rule: StreamUrlRule): string {
  const given = rule.endpoint?.trim() ?? '';
  const written = /^[a-z]+:\/\//i.test(given) ? given.replace(/^http/i, 'ws') : `wss://${given}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isTls =
    url?.protocol === 'wss:' || (url?.protocol === 'ws:' && rule.loopback && loopbackHost.test(url.hostname));
  if (url && isTls && !url.username && !url.search && !url.hash && url.pathname === '/')
    return `${url.protocol}//${url.host}`;
  throw new PrivateEksError(
    'stream-url-refused',
    'The endpoint set for ssmmessages is not the name of a host over TLS.',
    {
      fix: 'Write the endpoint’s DNS name alone, for example vpce-0123-abcd.ssmmessages.eu-west-1.vpce.amazonaws.com.',
    },
  );
}

function refused(url: URL | undefined): PrivateEksError {
  const host = url ? `${url.protocol}//${url.hostname}` : 'something that is no URL';
  return new PrivateEksError(
    'stream-url-refused',
    `Session Manager answered with ${host}, which is not AWS over TLS.`,
    {
      fix: 'Check the endpoint settings of the profile: the session token is only ever sent to Session Manager in its own region.',
    },
  );
}
