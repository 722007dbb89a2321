/** A quota that a cluster meets: its code, AWS's default, and what to call it. Codes and defaults are AWS's own list of each service (2026-11). */
export interface QuotaName {
  readonly service: 'ec2' | 'eks' | 'vpc';
  readonly code: string;
  readonly name: string;
  readonly standard: number;
}

const quota = (service: QuotaName['service'], code: string, name: string, standard: number): QuotaName => ({
  service,
  code,
  name,
  standard,
});

export const quotas = {
  clusters: quota('eks', 'L-1194D53C', 'EKS clusters per region', 100),
  nodeGroups: quota('eks', 'L-6D54EA21', 'managed node groups per cluster', 30),
  nodes: quota('eks', 'L-BD136A63', 'nodes per managed node group', 450),
  fargateProfiles: quota('eks', 'L-33415657', 'Fargate profiles per cluster', 10),
  vpcs: quota('vpc', 'L-F678F1CE', 'VPCs per region', 5),
  interfaceEndpoints: quota('vpc', 'L-29B6F2EB', 'interface endpoints per VPC', 50),
  gatewayEndpoints: quota('vpc', 'L-1B52E74A', 'gateway endpoints per region', 20),
  securityGroups: quota('vpc', 'L-E79EC296', 'security groups per region', 2500),
  rules: quota('vpc', 'L-0EA8095F', 'rules per security group and direction', 60),
  interfaces: quota('vpc', 'L-DF5E4CA3', 'network interfaces per region', 5000),
} as const satisfies Readonly<Record<string, QuotaName>>;

/** vCPUs are counted by families of types, on-demand and spot apart. */
export interface VcpuClass {
  readonly families: RegExp;
  readonly onDemand: QuotaName;
  readonly spot: QuotaName;
}

const vcpus = (what: string, families: RegExp, onDemand: string, spot: string, standard: number): VcpuClass => ({
  families,
  onDemand: quota('ec2', onDemand, `vCPUs of running on-demand ${what} instances`, standard),
  spot: quota('ec2', spot, `vCPUs of ${what} spot instances`, standard),
});

/** P5 has a quota of its own for spot, and shares that for on-demand. */
const ofP = vcpus('P', /^p\d/, 'L-417A185B', 'L-7212CCBC', 0);

export const vcpuClasses: readonly VcpuClass[] = [
  vcpus('G and VT', /^(g|gr|vt)\d/, 'L-DB2E81BA', 'L-3819A6DF', 0),
  { ...ofP, families: /^p5/, spot: quota('ec2', 'L-C4BD4855', 'vCPUs of P5 spot instances', 0) },
  ofP,
  vcpus('standard (A, C, D, H, I, M, R, T, Z)', /^(?!inf|trn|dl|hpc|mac)[acdhimrtz]/, 'L-1216C47A', 'L-34B43A08', 5),
];

/** Undefined for families whose quota is not known here (Inf, Trn, X, F, …). */
export function vcpuClassOf(instanceType: string): VcpuClass | undefined {
  return vcpuClasses.find(({ families }) => families.test(instanceType));
}
