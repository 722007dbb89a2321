import type { DescribeLaunchTemplateVersionsResult, Instance } from '@aws-sdk/client-ec2';
import { parse as parseYaml } from 'yaml';
import type { CallContext } from '../kernel/account.ts';
import { answered } from '../services/eks/clusterRules.ts';
import type { ClusterRow } from '../services/eks/eksTables.ts';
import type { Taint } from './nodeObject.ts';

/** What a node is told about its cluster. */
export interface NodeUserData {
  readonly form: 'nodeadm' | 'bottlerocket';
  readonly cluster: string;
  readonly endpoint: string;
  readonly certificate: string;
  /** nodeadm needs the range of services; Bottlerocket asks the cluster for it. */
  readonly cidr?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

/** The user data that an instance was launched with, by the launch template that its tags name. */
export function userDataOf(instance: Instance, context: CallContext): string {
  const tag = (key: string) => instance.Tags?.find(({ Key }) => Key === `aws:ec2launchtemplate:${key}`)?.Value;
  const described = answered<DescribeLaunchTemplateVersionsResult>(context, 'ec2', 'DescribeLaunchTemplateVersions', {
    LaunchTemplateId: tag('id') ?? '',
    Versions: [tag('version') ?? '1'],
  });
  const encoded = described?.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.UserData ?? '';
  return Buffer.from(encoded, 'base64').toString();
}

export function readUserData(text: string): NodeUserData | undefined {
  if (/^\s*\[settings/m.test(text)) return bottlerocket(text);
  const boundary = /boundary="?([^"\s;]+)/.exec(text)?.[1];
  const parts =
    boundary === undefined ? [text] : text.split(`--${boundary}`).map(part => part.replace(/^[^]*?\r?\n\r?\n/, ''));
  const configs = parts.flatMap(part => {
    try {
      const value = parseYaml(part) as NodeConfig | string | null;
      return typeof value === 'object' && value?.kind === 'NodeConfig' ? [value] : [];
    } catch {
      return [];
    }
  });
  return configs[0] && nodeadm(configs[0]);
}

interface NodeConfig {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly spec?: {
    readonly cluster?: { name?: string; apiServerEndpoint?: string; certificateAuthority?: string; cidr?: string };
    readonly kubelet?: { readonly flags?: readonly string[] };
  };
}

const pairs = (text: string): (readonly [string, string])[] =>
  text
    .split(',')
    .filter(Boolean)
    .map(item => {
      const [key = '', ...rest] = item.split('=');
      return [key, rest.join('=')] as const;
    });

const taintOf = ([key, rest]: readonly [string, string]): Taint => {
  const [value = '', effect = ''] = rest.split(':');
  return { key, ...(value && { value }), effect };
};

function nodeadm({ apiVersion, spec }: NodeConfig): NodeUserData | undefined {
  if (!apiVersion?.startsWith('node.eks.aws/')) return undefined;
  const { name = '', apiServerEndpoint = '', certificateAuthority = '', cidr } = spec?.cluster ?? {};
  const flag = (wanted: string) =>
    (spec?.kubelet?.flags ?? []).find(item => item.startsWith(`--${wanted}=`))?.slice(wanted.length + 3) ?? '';
  return {
    form: 'nodeadm',
    cluster: name,
    endpoint: apiServerEndpoint,
    certificate: certificateAuthority,
    cidr: cidr ?? '',
    labels: Object.fromEntries(pairs(flag('node-labels'))),
    taints: pairs(flag('register-with-taints')).map(taintOf),
  };
}

/** As much TOML as Bottlerocket's settings for Kubernetes need. */
function bottlerocket(text: string): NodeUserData {
  const values = new Map<string, Map<string, string>>();
  let section = '';
  for (const line of text.split('\n').map(item => item.trim())) {
    const [, name] = /^\[([^\]]+)\]$/.exec(line) ?? [];
    if (name !== undefined) section = name.replaceAll('"', '');
    const [, key, value = ''] = /^"?([^"=]+?)"?\s*=\s*(.+)$/.exec(line) ?? [];
    if (key === undefined || line.startsWith('#')) continue;
    const found = values.get(section) ?? new Map<string, string>();
    const texts = [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, item = '']) => item);
    values.set(section, found.set(key, texts.join('\n')));
  }
  const kubernetes = values.get('settings.kubernetes');
  const table = (name: string) => [...(values.get(`settings.kubernetes.${name}`) ?? [])];
  return {
    form: 'bottlerocket',
    cluster: kubernetes?.get('cluster-name') ?? '',
    endpoint: kubernetes?.get('api-server') ?? '',
    certificate: kubernetes?.get('cluster-certificate') ?? '',
    labels: Object.fromEntries(table('node-labels')),
    taints: table('node-taints').flatMap(([key, all]) => all.split('\n').map(one => taintOf([key, one]))),
  };
}

/** Why a node with this user data never finds its cluster; undefined when it does. */
export function userDataProblem({ name, cluster }: ClusterRow, text: string): string | undefined {
  const read = readUserData(text);
  if (!read) return 'the user data holds no NodeConfig and no Bottlerocket settings';
  if (read.cluster !== name) return `the user data names the cluster "${read.cluster}"`;
  if (read.endpoint !== cluster.endpoint) return `the user data names the endpoint "${read.endpoint}"`;
  if (read.certificate !== cluster.certificateAuthority?.data) return 'the user data has another certificate authority';
  const { serviceIpv4Cidr, serviceIpv6Cidr } = cluster.kubernetesNetworkConfig ?? {};
  if (read.form === 'nodeadm' && read.cidr !== (serviceIpv6Cidr ?? serviceIpv4Cidr))
    return `the user data names the service range "${read.cidr}"`;
  return undefined;
}
