/** How many network interfaces an instance takes, and how many IPv4 addresses each of them. */
export interface InterfaceLimits {
  readonly interfaces: number;
  readonly addresses: number;
}

/**
 * Of families and sizes that most node groups have; of several network cards the first one's, which is what the VPC CNI uses. Undefined
 * for others: EC2 tells those. Source: EC2's limits by instance type, against the VPC CNI's own list (`misc/eni-max-pods.txt`).
 */
export function interfaceLimitsOf(instanceType: string): InterfaceLimits | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  const [, table = {}] = families.find(([names]) => names.test(family)) ?? [];
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

/** The first that fits. */
const families: readonly (readonly [names: RegExp, sizes: Sizes])[] = [
  [/^t2$/, { ...burstable, xlarge: [3, 15], '2xlarge': [3, 15] }],
  [/^t3a$/, { ...burstable, small: [2, 4] }],
  [/^t\d/, burstable],
  [/^m5zn$/, { ...regular, '3xlarge': [8, 30], '6xlarge': [8, 30], '12xlarge': [15, 50] }],
  [/^[mcr]6id?n$/, { ...regular, '32xlarge': [8, 50] }],
  [/^[mcr](?:[5-7]|8g$)/, regular],
];
