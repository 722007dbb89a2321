import { parseCidr } from './cidr.ts';
import type { Finding } from './finding.ts';
import { proxy as proxySchema } from './proxySchema.ts';
import type { SpecFile } from './schema.ts';

/** One proxy, named in one way; a URL with its port and without a password, which every pod could read in the nodes' user data. */
export function proxyRules({ proxy, region }: SpecFile): Finding[] {
  if (!proxy) return [];
  const { url, endpointService, port } = proxy;
  if ((url === undefined) === (endpointService === undefined)) {
    const seen = url === undefined ? 'neither url nor endpointService' : 'both url and endpointService';
    return [
      {
        path: ['proxy'],
        at: 'key',
        seen,
        allowed: 'url or endpointService',
        message: `proxy has ${seen}; it must have one of them: url for a proxy that the VPC reaches already, endpointService for one that is shared by PrivateLink.`,
      },
    ];
  }
  const beside = proxy.noProxy.flatMap(noProxyFindings);
  if (endpointService !== undefined) return [...serviceFindings(endpointService, region), ...beside];
  return [
    ...beside,
    ...urlFindings(url ?? ''),
    ...(port === proxySchema.parse({}).port
      ? []
      : [
          {
            path: ['proxy', 'port'],
            why: 'without meaning beside proxy.url, which has its own',
            allowed: 'left out',
            fix: { title: 'Take proxy.port out', path: 'proxy.port', value: undefined },
          },
        ]),
  ];
}

/** Node programs drop what they cannot read here without a word. */
function noProxyFindings(entry: string, index: number): Finding[] {
  const path = ['proxy', 'noProxy', index];
  if (entry.includes('://')) {
    const host = URL.parse(entry)?.hostname;
    return [{ path, why: 'a URL', allowed: host ? `the host alone: ${host}` : 'a host alone' }];
  }
  const block = entry.includes('/') && !entry.includes(':');
  return block && !parseCidr(entry)
    ? [{ path, why: 'which is not an IPv4 block', allowed: 'a block such as 10.0.0.0/8' }]
    : [];
}

function serviceFindings(service: string, region: string): Finding[] {
  // com.amazonaws.vpce.REGION.vpce-svc-…
  const [, , , where = ''] = service.split('.');
  if (where === region) return [];
  const why = `a service of ${where}, while the cluster is in ${region}`;
  return [{ path: ['proxy', 'endpointService'], why, allowed: `a service of ${region}`, judgedBy: [['region']] }];
}

function urlFindings(url: string): Finding[] {
  const path = ['proxy', 'url'];
  const allowed = 'the URL of a proxy with its port, such as http://proxy.example.internal:3128';
  const parsed = URL.parse(url);
  if (!parsed) return [{ path, why: 'no URL', allowed }];
  if (parsed.username !== '' || parsed.password !== '')
    return [
      {
        path,
        message:
          'proxy.url has a user or a password in it, which would stand in the nodes’ user data for every pod to read; let the proxy know the VPC’s addresses instead.',
        allowed,
      },
    ];
  if (parsed.pathname !== '/' || parsed.search !== '' || parsed.hash !== '')
    return [{ path, why: 'with a path', allowed }];
  // A URL drops its scheme's own port: `http://proxy:80` reads like `http://proxy`.
  return /:\d+\/?$/.test(url) ? [] : [{ path, why: 'without a port', allowed }];
}
