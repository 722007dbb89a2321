import type { Instance } from '@aws-sdk/client-ec2';
import type { KubeInput } from '../kubernetes/clusterObjects.ts';
import { reachesAnnotation } from '../kubernetes/controllers/images.ts';
import { objectsOf } from '../services/eks/addonWorkloads.ts';
import type { Scope } from '../services/eks/eksTables.ts';
import { offeredVersion } from '../services/eks/versions.ts';

const conditions = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
] as const;

/** What a node is apart from its instance: whose it is, and what its group, its user data or its pool say of it. */
export interface NodeSource {
  readonly cluster: string;
  /** Kubernetes minor of its image. */
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

export interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: string;
}

/**
 * Registers a node, or tells its new state: the object that the kubelet keeps, and its lease. `registries` are the hosts that images
 * can be pulled from, as `reachesAnnotation` has them.
 */
export function putNode(
  scope: Scope,
  { cluster, version, labels, taints }: NodeSource,
  instance: Instance,
  ready: boolean,
  registries?: string,
): void {
  const { account, region } = scope;
  const now = new Date(account.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const objects = objectsOf(scope, cluster);
  const { InstanceId = '', PrivateDnsName: name = '', PrivateIpAddress = '', Placement, InstanceType = '' } = instance;
  const zone = Placement?.AvailabilityZone ?? '';
  const arch = instance.Architecture === 'arm64' ? 'arm64' : 'amd64';
  const patch = offeredVersion(version, account.now())?.patch ?? `${version}.0`;
  const before = objects.get('nodes', name);
  const { nodeInfo: known } = (before?.['status'] ?? {}) as { nodeInfo?: object };
  const readiness = ready
    ? ['True', 'KubeletReady', 'kubelet is posting ready status']
    : [
        'False',
        'KubeletNotReady',
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      ];
  const resources = { cpu: '2', memory: '8029244Ki', pods: '29', 'ephemeral-storage': '20893676Ki' };
  const node: KubeInput = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        ...before?.metadata.labels,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': arch,
        'kubernetes.io/hostname': name,
        'beta.kubernetes.io/os': 'linux',
        'beta.kubernetes.io/arch': arch,
        'beta.kubernetes.io/instance-type': InstanceType,
        'node.kubernetes.io/instance-type': InstanceType,
        'failure-domain.beta.kubernetes.io/region': region,
        'failure-domain.beta.kubernetes.io/zone': zone,
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': zone,
        'k8s.io/cloud-provider-aws': 'managed',
        ...labels,
      },
      annotations: {
        ...before?.metadata.annotations,
        'node.alpha.kubernetes.io/ttl': '0',
        ...(registries !== undefined && { [reachesAnnotation]: registries }),
      },
    },
    spec: {
      ...(before?.['spec'] as object | undefined),
      providerID: `aws:///${zone}/${InstanceId}`,
      taints: [...taints, ...(ready ? [] : [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])],
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: PrivateIpAddress },
        { type: 'InternalDNS', address: name },
        { type: 'Hostname', address: name },
      ],
      capacity: resources,
      allocatable: { ...resources, cpu: '1930m', memory: '7339068Ki', 'ephemeral-storage': '18181869946' },
      conditions: [
        ...conditions.map(([type, reason, message]) => ({ type, status: 'False', reason, message })),
        { type: 'Ready', status: readiness[0], reason: readiness[1], message: readiness[2] },
      ].map(condition => ({ ...condition, lastHeartbeatTime: now, lastTransitionTime: now })),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: known ?? {
        architecture: arch,
        bootID: account.uuid(),
        containerRuntimeVersion: 'containerd://2.1.5',
        kernelVersion: `6.12.55-74.119.amzn2023.${arch === 'arm64' ? 'aarch64' : 'x86_64'}`,
        kubeProxyVersion: `v${patch}-eks-ecaa3a6`,
        kubeletVersion: `v${patch}-eks-ecaa3a6`,
        machineID: account.hex(32),
        operatingSystem: 'linux',
        osImage: 'Amazon Linux 2023.9.20261110',
        systemUUID: account.uuid(),
      },
    },
  };
  objects.put('nodes', node);
  const renewTime = now.replace('Z', '.000000Z');
  objects.put('leases', {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  });
}

export function removeNode(scope: Scope, cluster: string, name: string): void {
  const objects = objectsOf(scope, cluster);
  objects.remove('nodes', name);
  objects.remove('leases', name, 'kube-node-lease');
}
