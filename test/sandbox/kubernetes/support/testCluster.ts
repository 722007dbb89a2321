import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { CallContext, Service } from '../../../../src/sandbox/kernel/account.ts';
import { Account } from '../../../../src/sandbox/kernel/account.ts';
import { issueCredential, practiceCredential, type Credential } from '../../../../src/sandbox/kernel/credential.ts';
import { clusterCertificates } from '../../../../src/sandbox/kubernetes/certificates.ts';
import type { ClusterKey } from '../../../../src/sandbox/kubernetes/clusterObjects.ts';
import { reachesAnnotation } from '../../../../src/sandbox/kubernetes/controllers/images.ts';
import { kubernetes } from '../../../../src/sandbox/kubernetes/kubernetesService.ts';
import { clusterObjects, type ObjectStore } from '../../../../src/sandbox/kubernetes/objectStore.ts';
import { accessEntries } from '../../../../src/sandbox/services/eks/eksTables.ts';

export const region = 'eu-west-1';
export const clusterName = 'quiet';
export const apiHost = '0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com';
export const ecrImage = (name: string) => `123456789012.dkr.ecr.${region}.amazonaws.com/${name}`;
const policyPrefix = 'arn:aws:eks::aws:cluster-access-policy/';

/** As much of EKS as the API server asks for. */
const eks: Service = {
  name: 'eks',
  operations: {
    DescribeCluster: (_input: object, _context: CallContext) => ({
      cluster: {
        name: clusterName,
        version: '1.36',
        endpoint: `https://${apiHost}`,
        kubernetesNetworkConfig: { serviceIpv4Cidr: '10.100.0.0/16' },
      },
    }),
  },
};

export interface TestCluster {
  readonly account: Account;
  readonly key: ClusterKey;
  readonly store: ObjectStore;
  readonly admin: Credential;
  readonly caPem: string;
  /** Gives somebody access. `namespaces`: only there. */
  readonly allow: (
    arn: string,
    entry: { policy?: string; namespaces?: string[]; groups?: string[]; username?: string },
  ) => void;
  /** A user with its own key. */
  readonly user: (name: string) => Credential;
  readonly role: (name: string, session: string) => Credential;
  /** Lets account time pass. */
  readonly pass: (seconds: number) => void;
  readonly addNode: (
    name: string,
    options?: { ready?: boolean; reaches?: string; pods?: number; address?: string },
  ) => void;
}

export function testCluster(): TestCluster {
  const account = new Account([kubernetes, eks], {
    accountId: '123456789012',
    now: Date.parse('2026-11-21T08:00:00Z'),
  });
  const key = { account, region, cluster: clusterName };
  const store = clusterObjects(key);
  const admin = practiceCredential(account);
  const iam = (kind: string, name: string) => `arn:aws:iam::${account.accountId}:${kind}/${name}`;
  const cluster: TestCluster = {
    account,
    key,
    store,
    admin,
    caPem: clusterCertificates(key).caPem,
    allow: (arn, { policy, namespaces, groups = [], username = arn }) => {
      const times = { createdAt: 0, modifiedAt: 0, associatedAt: 0 };
      const scope = namespaces ? { type: 'namespace' as const, namespaces } : { type: 'cluster' as const };
      accessEntries(key).set(`${clusterName}/${arn}`, {
        entry: { clusterName, principalArn: arn, username, kubernetesGroups: groups, type: 'STANDARD', ...times },
        policies: policy ? [{ policyArn: policyPrefix + policy, accessScope: scope, ...times }] : [],
      });
    },
    user: name =>
      issueCredential(account, { accountId: account.accountId, arn: iam('user', name), userId: `AIDA${name}` }),
    role: (name, session) => {
      const arn = `arn:aws:sts::${account.accountId}:assumed-role/${name}/${session}`;
      const principal = { accountId: account.accountId, arn, userId: `AROA${name}:${session}` };
      return issueCredential(account, principal, { expiresAt: Date.now() + 3600_000 });
    },
    pass: seconds => account.advanceTo(account.now() + seconds * 1000),
    addNode: (
      name,
      { ready = true, reaches = `*.dkr.ecr.${region}.amazonaws.com`, pods = 17, address = '10.0.1.10' } = {},
    ) => {
      store.put('nodes', {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: {
          name,
          labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
          annotations: { [reachesAnnotation]: reaches },
        },
        spec: { providerID: `aws:///${region}a/i-0123456789abcdef0` },
        status: {
          allocatable: { pods: String(pods), cpu: '1930m', memory: '3388364Ki' },
          capacity: { pods: String(pods), cpu: '2', memory: '3955660Ki' },
          addresses: [{ type: 'InternalIP', address }],
          conditions: [
            { type: 'Ready', status: ready ? 'True' : 'False', reason: ready ? 'KubeletReady' : 'KubeletNotReady' },
          ],
          nodeInfo: {
            kubeletVersion: 'v1.36.2-eks-3025e55',
            osImage: 'Amazon Linux 2023.9.20261110',
            kernelVersion: '6.12.53-69.119.amzn2023.x86_64',
            containerRuntimeVersion: 'containerd://2.1.4',
          },
        },
      });
    },
  };
  cluster.allow(admin.principal.arn, { policy: 'AmazonEKSClusterAdminPolicy' });
  return cluster;
}

export interface TokenOptions {
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly expiresIn?: number;
  readonly signingDate?: Date;
  readonly change?: (url: string) => string;
}

/** A token as `aws eks get-token` makes it; the options spoil it. */
export async function makeToken(credential: Credential, options: TokenOptions = {}): Promise<string> {
  const { host = `sts.${region}.amazonaws.com`, headers = { 'x-k8s-aws-id': clusterName }, expiresIn = 60 } = options;
  const { accessKeyId, secretAccessKey, sessionToken } = credential;
  const signer = new SignatureV4({
    service: 'sts',
    region,
    sha256: Sha256,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  });
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname: host,
    path: '/',
    headers: { host, ...headers },
    query: options.query ?? { Action: 'GetCallerIdentity', Version: '2011-06-15' },
  };
  const signed = await signer.presign(request, {
    expiresIn,
    unhoistableHeaders: new Set(Object.keys(headers)),
    unsignableHeaders: new Set(),
    ...(options.signingDate ? { signingDate: options.signingDate } : {}),
  });
  const pairs = Object.entries(signed.query ?? {}).map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`,
  );
  const url = `https://${host}/?${pairs.join('&')}`;
  return `k8s-aws-v1.${Buffer.from(options.change?.(url) ?? url).toString('base64url')}`;
}
