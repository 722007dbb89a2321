import type { KubeObject } from '../clusterObjects.ts';
import { at, listAt, textAt, timestamp } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { withCondition } from './conditions.ts';
import { imageReference } from './images.ts';

/** Writes what a kubelet reports: all containers run, or all wait for the one reason. */
export function putPodStatus(
  store: ObjectStore,
  pod: KubeObject,
  node: KubeObject,
  waiting?: { reason: string; message?: string },
): void {
  const { account } = store.key;
  const now = account.now();
  const ready = waiting === undefined;
  const containers = listAt(pod, 'spec.containers');
  const names = containers.map(container => textAt(container, 'name'));
  const unready = { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` };
  const running = { status: ready ? ('True' as const) : ('False' as const) };
  const ofContainers = { ...running, ...(ready ? {} : unready) };
  const reported = [
    { type: 'PodReadyToStartContainers', ...running },
    { type: 'Initialized', status: 'True' as const },
    { type: 'Ready', ...ofContainers },
    { type: 'ContainersReady', ...ofContainers },
    { type: 'PodScheduled', status: 'True' as const },
  ];
  const conditions = reported.reduce(
    (list, condition) => withCondition({ status: { conditions: list } }, condition, now),
    listAt(pod, 'status.conditions') as object[],
  );
  const containerStatuses = containers.map((container, index) => ({
    name: names[index],
    image: ready ? imageReference(textAt(container, 'image')).reference : textAt(container, 'image'),
    imageID: '',
    ...(ready ? { containerID: `containerd://${account.hex(64)}` } : {}),
    ready,
    started: ready,
    restartCount: 0,
    state: ready ? { running: { startedAt: timestamp(now) } } : { waiting },
    lastState: {},
  }));
  const hostIP = addressOf(node);
  const podIP = at(pod, 'spec.hostNetwork') === true ? hostIP : freeAddress(store, hostIP);
  const status = {
    ...(pod['status'] as object),
    phase: ready ? 'Running' : 'Pending',
    conditions,
    startTime: textAt(pod, 'status.startTime') || timestamp(now),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(ready ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    containerStatuses,
  };
  store.put('pods', { ...pod, status });
}

const addressOf = (node: KubeObject) =>
  textAt(
    listAt(node, 'status.addresses').find(address => address['type'] === 'InternalIP'),
    'address',
  );

/** The VPC CNI gives pods addresses of the node's subnet; the nearest above the node's own that nobody has. */
function freeAddress(store: ObjectStore, nodeAddress: string): string {
  const pods = store.list('pods').map(pod => textAt(pod, 'status.podIP'));
  const taken = new Set([...pods, ...store.list('nodes').map(addressOf)]);
  const [, network = '', host = ''] = /^(.*\.)(\d+)$/.exec(nodeAddress) ?? [];
  for (let step = 0; step < 254; step++) {
    const candidate = network + String(((Number(host) + step) % 254) + 1);
    if (!taken.has(candidate)) return candidate;
  }
  return '';
}
