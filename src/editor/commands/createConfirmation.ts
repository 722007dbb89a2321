import type { Plan } from '../../core/plan/plan.ts';
import type { Account } from '../accounts/account.ts';

/** What somebody agrees to who creates a cluster: where, for how much, what is taken over and made, and what stays for good. */
export function createConfirmation(plan: Plan, account: Account, accountId: string): string {
  const { spec, cost, time } = plan;
  return [
    `Account ${accountId} (${account.label}), region ${spec.region}.`,
    `About ${Math.round(time.totalSeconds / 60)} minutes; about ${Math.round(cost.monthlyUsd)} USD a month (${cost.priceRegion} list prices of ${cost.priceDate}).${account.isSandbox ? ' The sandbox costs nothing.' : ''}`,
    ...network(plan),
    `Cannot be changed later: ${['the name', 'the region', ...forGood(plan)].join(', ')}.`,
    'Its Kubernetes endpoint is private from the first second.',
  ].join('\n\n');
}

/** Of a VPC that is there: what is adopted, and what is made in it. */
function network({ spec, account, endpoints, stacks }: Plan): string[] {
  const { vpc } = spec.network;
  if (!vpc) return [];
  const named = account?.network?.vpc.tags['Name'];
  const at = (...standings: (typeof endpoints)[number]['standing'][]) =>
    endpoints.filter(({ standing }) => standings.includes(standing)).map(({ service }) => service);
  const [adopted, made] = [at('present', 'shared'), at('make')];
  const looked = account?.network !== undefined;
  return [
    [
      `In the VPC ${named ? `${named} (${vpc.id})` : vpc.id}, ${vpc.subnets.length} subnets; nothing that is there is deleted.`,
      adopted.length > 0 ? `Adopted: ${endpointWords(adopted)}.` : '',
      `Made: ${made.length > 0 ? `${endpointWords(made)}, and ` : ''}${stacks.length} stacks in all.`,
      looked ? '' : 'The VPC has not been looked at.',
    ]
      .filter(Boolean)
      .join(' '),
  ];
}

function endpointWords(services: readonly string[]): string {
  return `${services.length === 1 ? 'the endpoint' : 'the endpoints'} ${services.join(', ')}`;
}

/** One-way switches, and what a cluster is made with once. */
function forGood({ spec }: Plan): string[] {
  const { network, controlPlane, encryption } = spec;
  return [
    network.vpc ? `the VPC ${network.vpc.id}` : `the address range ${network.cidr}`,
    ...(network.ipFamily === 'ipv6' ? ['IPv6 for pods and services'] : []),
    ...(network.serviceCidr === undefined ? [] : [`the range of services ${network.serviceCidr}`]),
    ...(encryption.key === 'aws-owned'
      ? []
      : [encryption.key === 'new' ? 'the key of your own' : `the key ${encryption.key.split('/').at(-1) ?? ''}`]),
    ...(controlPlane.egress === 'aws-managed' ? [] : ['that the control plane’s own calls leave by the VPC']),
  ];
}
