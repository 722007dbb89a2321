import type { Account, CallContext, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { page } from '../kernel/constraint.ts';
import { simulatedOperations } from './simulatedOperations.ts';

interface Quota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
  readonly standard: number;
  /** Where this account has been given more than AWS's default. */
  readonly applied?: number;
  readonly adjustable?: boolean;
}

const names: Readonly<Record<string, string>> = {
  ec2: 'Amazon Elastic Compute Cloud (Amazon EC2)',
  eks: 'Amazon Elastic Kubernetes Service (Amazon EKS)',
  vpc: 'Amazon Virtual Private Cloud (Amazon VPC)',
};

const row = (service: string, code: string, name: string, standard: number, more: Partial<Quota> = {}): Quota => ({
  service,
  code,
  name,
  standard,
  ...more,
});

/** Those that a cluster meets; an account that has been used for a while has more vCPUs than a new one. */
const quotas: readonly Quota[] = [
  row('ec2', 'L-1216C47A', 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances', 5, { applied: 256 }),
  row('ec2', 'L-34B43A08', 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests', 5, { applied: 256 }),
  row('eks', 'L-1194D53C', 'Clusters', 100),
  row('eks', 'L-11427A54', 'Control plane security groups per cluster', 4, { adjustable: false }),
  row('eks', 'L-33415657', 'Fargate profiles per cluster', 10),
  row('eks', 'L-6D54EA21', 'Managed node groups per cluster', 30),
  row('eks', 'L-BD136A63', 'Nodes per managed node group', 450),
  row('vpc', 'L-0EA8095F', 'Inbound or outbound rules per security group', 60),
  row('vpc', 'L-1B52E74A', 'Gateway VPC endpoints per Region', 20),
  row('vpc', 'L-29B6F2EB', 'Interface VPC endpoints per VPC', 50),
  row('vpc', 'L-DF5E4CA3', 'Network interfaces per Region', 5000),
  row('vpc', 'L-E79EC296', 'VPC security groups per Region', 2500),
  row('vpc', 'L-F678F1CE', 'VPCs per Region', 5),
];

const given = (account: Account) => account.table<{ value: number }>('serviceQuotas.applied');

/** `vpc/L-F678F1CE` in every region. */
export function setQuota(account: Account, name: string, value: number): void {
  if (!quotas.some(({ service, code }) => `${service}/${code}` === name)) throw new TypeError(`no quota ${name}`);
  given(account).set(name, { value });
}

export function quotaValue(account: Account, service: string, code: string): number {
  const known = quotas.find(quota => quota.service === service && quota.code === code);
  if (!known) throw new TypeError(`no quota ${service}/${code}`);
  return given(account).get(`${service}/${code}`)?.value ?? known.applied ?? known.standard;
}

interface QuotaInput {
  readonly ServiceCode: string;
  readonly QuotaCode?: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

const missing = () =>
  new AwsError('NoSuchResourceException', 'The request failed because the specified service does not exist.');

function shown({ service, code, name, standard, adjustable = true }: Quota, context: CallContext, applied: boolean) {
  const { account, region } = context;
  return {
    ServiceCode: service,
    ServiceName: names[service],
    QuotaCode: code,
    QuotaName: name,
    QuotaArn: account.arn('servicequotas', region, `${service}/${code}`),
    Value: applied ? quotaValue(account, service, code) : standard,
    Unit: 'None',
    Adjustable: adjustable,
    GlobalQuota: false,
  };
}

const one = (applied: boolean) => (input: QuotaInput, context: CallContext) => {
  const found = quotas.find(({ service, code }) => service === input.ServiceCode && code === input.QuotaCode);
  if (!found) throw missing();
  return { Quota: shown(found, context, applied) };
};

const list = (applied: boolean) => (input: QuotaInput, context: CallContext) => {
  const all = quotas.filter(({ service }) => service === input.ServiceCode);
  if (all.length === 0) throw missing();
  const invalid = () => new AwsError('InvalidPaginationTokenException', 'Invalid token was provided.');
  const { items, next } = page(all, input.MaxResults ?? 100, input.NextToken, invalid);
  return { Quotas: items.map(quota => shown(quota, context, applied)), NextToken: next };
};

export const serviceQuotas: Service = {
  name: 'servicequotas',
  operations: simulatedOperations(
    'servicequotas',
    {
      GetServiceQuota: one(true),
      GetAWSDefaultServiceQuota: one(false),
      ListServiceQuotas: list(true),
      ListAWSDefaultServiceQuotas: list(false),
    },
    { ListServiceQuotas: 'ServiceCode MaxResults NextToken', GetServiceQuota: 'ServiceCode QuotaCode' },
  ),
};
