import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import { isMap, parseDocument } from 'yaml';
import type { Taint } from '../spec/clusterSpec.ts';
import type { NodeProxy } from '../templates/nodeProxy.ts';

export interface UserDataFacts {
  readonly bottlerocket: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly proxy?: NodeProxy;
}

/** What nodes are told when they start: labels and taints that a node gives itself, and a proxy. */
export function readUserData(launch: ResponseLaunchTemplateData | undefined): UserDataFacts {
  const text = Buffer.from(launch?.UserData ?? '', 'base64').toString('utf8');
  return text.includes('[settings.') ? bottlerocketFacts(text) : nodeadmFacts(text);
}

/** nodeadm's NodeConfig: flags of the kubelet, and the environment of all services. */
function nodeadmFacts(text: string): UserDataFacts {
  const [, yaml = ''] = /\n---\n([\s\S]*?)\n--/.exec(text) ?? [];
  const { contents } = parseDocument(yaml);
  const at = (...path: string[]): unknown => {
    const value: unknown = isMap(contents) ? contents.getIn(path) : undefined;
    return isCollectionLike(value) ? value.toJSON() : value;
  };
  const told = at('spec', 'kubelet', 'flags');
  const flags = Array.isArray(told) ? told.filter(flag => typeof flag === 'string') : [];
  const valueOf = (flag: string) => flags.find(one => one.startsWith(`--${flag}=`))?.slice(flag.length + 3) ?? '';
  const url = at('spec', 'instance', 'environment', 'default', 'HTTPS_PROXY');
  const noProxy = at('spec', 'instance', 'environment', 'default', 'NO_PROXY');
  return {
    bottlerocket: false,
    labels: Object.fromEntries(list(valueOf('node-labels')).map(pair => cut(pair, '='))),
    taints: list(valueOf('register-with-taints')).map(taintOf),
    ...(typeof url === 'string' ? { proxy: { url, noProxy: typeof noProxy === 'string' ? list(noProxy) : [] } } : {}),
  };
}

const list = (text: string): string[] => text.split(',').filter(Boolean);

function isCollectionLike(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function';
}

function bottlerocketFacts(text: string): UserDataFacts {
  const table = (name: string) => {
    const [, body = ''] =
      new RegExp(`\\[settings\\.${name.replaceAll('.', '\\.')}\\]\\n([\\s\\S]*?)(?:\\n\\n|\\n\\[|$)`).exec(text) ?? [];
    return body.split('\n').flatMap(line => {
      const [, key = '', value = ''] = /^("(?:[^"\\]|\\.)*"|[\w-]+) = (.+)$/.exec(line) ?? [];
      if (key === '') return [];
      const name = key.startsWith('"') ? (JSON.parse(key) as string) : key;
      return [[name, JSON.parse(value) as string | string[]] as const];
    });
  };
  const network = Object.fromEntries(table('network'));
  const url = network['https-proxy'];
  return {
    bottlerocket: true,
    labels: Object.fromEntries(table('kubernetes.node-labels').map(([key, value]) => [key, String(value)] as const)),
    taints: table('kubernetes.node-taints').flatMap(([key, values]) =>
      [values].flat().map(value => taintOf(`${key}=${value}`)),
    ),
    ...(typeof url === 'string' ? { proxy: { url, noProxy: [network['no-proxy'] ?? []].flat() } } : {}),
  };
}

/** `key=value:effect`, `key:effect` */
function taintOf(text: string): Taint {
  const colon = text.lastIndexOf(':');
  const [key, value] = cut(text.slice(0, colon), '=');
  return { key, ...(value === '' ? {} : { value }), effect: text.slice(colon + 1) as Taint['effect'] };
}

function cut(text: string, at: string): readonly [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
