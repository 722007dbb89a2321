/** How many network interfaces an instance takes, and how many IPv4 addresses each of them. */
export interface InterfaceLimits {
  readonly interfaces: number;
  readonly addresses: number;
}

/** Of families and sizes that most node groups have. Undefined for others: EC2 tells those. Source: EC2's limits by instance type. */
export function interfaceLimitsOf(instanceType: string): InterfaceLimits | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  const table = /^t\d/.test(family) ? burstable : /^[mcr][5-8]/.test(family) ? regular : {};
  const [interfaces, addresses] = table[size] ?? [];
  return interfaces === undefined || addresses === undefined ? undefined : { interfaces, addresses };
}

type Sizes = Readonly<Record<string, readonly [interfaces: number, addresses: number]>>;

const burstable: Sizes = {
  nano: [2, 2],
  micro: [2, 2],
  small: [3, 4],
  medium: [3, 6],
  large: [3, 12],
  xlarge: [4, 15],
  '2xlarge': [4, 15],
};
const regular: Sizes = {
  medium: [2, 4],
  large: [3, 10],
  xlarge: [4, 15],
  '2xlarge': [4, 15],
  '4xlarge': [8, 30],
  '8xlarge': [8, 30],
  '9xlarge': [8, 30],
  '12xlarge': [8, 30],
  '16xlarge': [15, 50],
  '18xlarge': [15, 50],
  '24xlarge': [15, 50],
  '32xlarge': [15, 50],
  '48xlarge': [15, 50],
};
