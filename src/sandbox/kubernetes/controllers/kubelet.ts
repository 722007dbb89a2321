import type { KubeObject } from '../clusterObjects.ts';
import { at, conditionStatus, listAt, numberAt, textAt, timestamp } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { recordEvent, withCondition } from './conditions.ts';
import { imageReference, reaches } from './images.ts';
import { isLeaving } from './pods.ts';
import { reconcileLater } from './reactions.ts';

/** Account seconds: to pull an image that can be reached, until a connection that leads nowhere is given up, and until it backs off. */
const pullSeconds = 3;
const dialSeconds = 30;
const backOffSeconds = 45;
/** Most programs end soon after SIGTERM. */
const exitSeconds = 2;

/** What a node's kubelet does with its pods. Containers do not run: each that could be pulled counts as running and ready. */
export function runPods(store: ObjectStore, namespace: string, name: string): void {
  const pods = name === '*' ? store.list('pods') : [store.get('pods', name, namespace)];
  for (const pod of pods) if (pod && textAt(pod, 'spec.nodeName') !== '') runPod(store, pod);
}

function runPod(store: ObjectStore, pod: KubeObject): void {
  const now = store.key.account.now();
  const { name, namespace = '' } = pod.metadata;
  const node = store.get('nodes', textAt(pod, 'spec.nodeName'));
  const again = (at: number) =>
    reconcileLater(store.key, { controller: 'kubelet', namespace, name }, Math.max(0, at - now) / 1000);
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    recordEvent(store, pod, 'kubelet', type, reason, message);

  if (!node) return void store.remove('pods', name, namespace);
  if (isLeaving(pod)) {
    const grace = numberAt(pod, 'metadata.deletionGracePeriodSeconds');
    const gone = Date.parse(pod.metadata.deletionTimestamp ?? '') - Math.max(0, grace - exitSeconds) * 1000;
    if (now >= gone) return void store.remove('pods', name, namespace);
    for (const container of listAt(pod, 'spec.containers'))
      tell('Normal', 'Killing', `Stopping container ${textAt(container, 'name')}`);
    return again(gone);
  }
  if (textAt(pod, 'status.phase') === 'Running') return;
  const hostNetwork = at(pod, 'spec.hostNetwork') === true;
  if (conditionStatus(node, 'Ready') !== 'True' && !hostNetwork) {
    if (textAt(pod, 'status.startTime') === '')
      tell(
        'Warning',
        'NetworkNotReady',
        'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      );
    return void setWaiting(store, pod, node, 'ContainerCreating', '');
  }
  const started = Date.parse(textAt(pod, 'status.startTime'));
  const images = containersOf(pod).map(container => textAt(container, 'image'));
  const blocked = images.find(image => !reaches(node, image));
  if (Number.isNaN(started) || (waitingReason(pod) === 'ContainerCreating' && now < started + pullSeconds * 1000)) {
    if (Number.isNaN(started)) for (const image of images) tell('Normal', 'Pulling', `Pulling image "${image}"`);
    setWaiting(store, pod, node, 'ContainerCreating', '');
    return again((Number.isNaN(started) ? now : started) + pullSeconds * 1000);
  }
  if (blocked === undefined) {
    for (const image of images)
      tell(
        'Normal',
        'Pulled',
        `Successfully pulled image "${image}" in ${pullSeconds}s (${pullSeconds}s including waiting)`,
      );
    for (const container of containersOf(pod)) {
      tell('Normal', 'Created', `Created container: ${textAt(container, 'name')}`);
      tell('Normal', 'Started', `Started container ${textAt(container, 'name')}`);
    }
    return setRunning(store, pod, node);
  }
  if (now < started + dialSeconds * 1000) return again(started + dialSeconds * 1000);
  const { reference, manifest } = imageReference(blocked);
  const failure = `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": failed to do request: Head "${manifest}": dial tcp 203.0.113.10:443: i/o timeout`;
  if (now < started + backOffSeconds * 1000) {
    if (waitingReason(pod) === 'ErrImagePull') return again(started + backOffSeconds * 1000);
    tell('Warning', 'Failed', `Failed to pull image "${blocked}": ${failure}`);
    tell('Warning', 'Failed', 'Error: ErrImagePull');
    setWaiting(store, pod, node, 'ErrImagePull', failure);
    return again(started + backOffSeconds * 1000);
  }
  if (waitingReason(pod) === 'ImagePullBackOff') return;
  tell('Normal', 'BackOff', `Back-off pulling image "${blocked}"`);
  tell('Warning', 'Failed', 'Error: ImagePullBackOff');
  setWaiting(store, pod, node, 'ImagePullBackOff', `Back-off pulling image "${blocked}": ErrImagePull: ${failure}`);
}

const containersOf = (pod: KubeObject) => listAt(pod, 'spec.containers');
const waitingReason = (pod: KubeObject) => textAt(listAt(pod, 'status.containerStatuses')[0], 'state.waiting.reason');

function setWaiting(store: ObjectStore, pod: KubeObject, node: KubeObject, reason: string, message: string): void {
  const state = { waiting: message === '' ? { reason } : { reason, message } };
  write(store, pod, node, 'Pending', false, () => state);
}

function setRunning(store: ObjectStore, pod: KubeObject, node: KubeObject): void {
  const startedAt = timestamp(store.key.account.now());
  write(store, pod, node, 'Running', true, () => ({ running: { startedAt } }));
}

function write(
  store: ObjectStore,
  pod: KubeObject,
  node: KubeObject,
  phase: string,
  ready: boolean,
  state: () => object,
): void {
  const now = store.key.account.now();
  const startTime = textAt(pod, 'status.startTime') || timestamp(now);
  const status = (container: object, current: object) => ({
    name: textAt(container, 'name'),
    image: ready ? imageReference(textAt(container, 'image')).reference : textAt(container, 'image'),
    imageID: '',
    ...(ready ? { containerID: `containerd://${store.key.account.hex(64)}` } : {}),
    ready,
    started: ready,
    restartCount: 0,
    state: current,
    lastState: {},
  });
  const unready = ready
    ? {}
    : {
        reason: 'ContainersNotReady',
        message: `containers with unready status: [${containersOf(pod)
          .map(container => textAt(container, 'name'))
          .join(' ')}]`,
      };
  let conditions: object[] = listAt(pod, 'status.conditions');
  for (const type of ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']) {
    const ofContainers = type === 'Ready' || type === 'ContainersReady';
    const condition = {
      type,
      status: ready || !(ofContainers || type === 'PodReadyToStartContainers') ? 'True' : 'False',
      ...(ofContainers ? unready : {}),
    } as const;
    conditions = withCondition({ status: { conditions } }, condition, now);
  }
  const initial = listAt(pod, 'spec.initContainers');
  const finished = {
    terminated: { exitCode: 0, reason: 'Completed', startedAt: startTime, finishedAt: timestamp(now) },
  };
  const hostIP = addressOf(node);
  const podIP =
    textAt(pod, 'status.podIP') || (at(pod, 'spec.hostNetwork') === true ? hostIP : freeAddress(store, hostIP));
  store.put('pods', {
    ...pod,
    status: {
      ...(pod['status'] as object),
      phase,
      conditions,
      startTime,
      hostIP,
      hostIPs: [{ ip: hostIP }],
      ...(ready ? { podIP, podIPs: [{ ip: podIP }] } : {}),
      qosClass: qosClass(pod),
      ...(initial.length > 0
        ? {
            initContainerStatuses: initial.map(container =>
              status(container, ready ? finished : { waiting: { reason: 'PodInitializing' } }),
            ),
          }
        : {}),
      containerStatuses: containersOf(pod).map(container => status(container, state())),
    },
  });
}

const addressOf = (node: KubeObject) =>
  textAt(
    listAt(node, 'status.addresses').find(address => address['type'] === 'InternalIP'),
    'address',
  );

/** The VPC CNI gives pods addresses of the node's subnet; the nearest above the node's own that nobody has. */
function freeAddress(store: ObjectStore, nodeAddress: string): string {
  const taken = new Set([
    ...store.list('pods').map(pod => textAt(pod, 'status.podIP')),
    ...store.list('nodes').map(addressOf),
  ]);
  const octets = nodeAddress.split('.').map(Number);
  const network = octets.slice(0, 3).join('.');
  for (let step = 1; step < 255; step++) {
    const candidate = `${network}.${(((octets[3] ?? 0) - 1 + step) % 254) + 1}`;
    if (!taken.has(candidate)) return candidate;
  }
  return '';
}

function qosClass(pod: KubeObject): string {
  const resources = containersOf(pod).map(container => at(container, 'resources'));
  if (resources.every(each => at(each, 'requests') === undefined && at(each, 'limits') === undefined))
    return 'BestEffort';
  const guaranteed = resources.every(each =>
    ['cpu', 'memory'].every(name => {
      const limit = textAt(each, `limits.${name}`);
      return limit !== '' && [limit, ''].includes(textAt(each, `requests.${name}`));
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
