import type { KubeObject } from '../clusterObjects.ts';
import { at, conditionStatus, listAt, numberAt, textAt } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { recordEvent } from './conditions.ts';
import { imageReference, reaches } from './images.ts';
import { isLeaving } from './pods.ts';
import { putPodStatus } from './podStatus.ts';
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
    return void putPodStatus(store, pod, node, { reason: 'ContainerCreating' });
  }
  const started = Date.parse(textAt(pod, 'status.startTime'));
  const images = containersOf(pod).map(container => textAt(container, 'image'));
  const blocked = images.find(image => !reaches(node, image));
  if (Number.isNaN(started) || (waitingReason(pod) === 'ContainerCreating' && now < started + pullSeconds * 1000)) {
    if (Number.isNaN(started)) for (const image of images) tell('Normal', 'Pulling', `Pulling image "${image}"`);
    putPodStatus(store, pod, node, { reason: 'ContainerCreating' });
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
    return putPodStatus(store, pod, node);
  }
  if (now < started + dialSeconds * 1000) return again(started + dialSeconds * 1000);
  const { reference, manifest } = imageReference(blocked);
  const failure = `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": failed to do request: Head "${manifest}": dial tcp 203.0.113.10:443: i/o timeout`;
  if (now < started + backOffSeconds * 1000) {
    if (waitingReason(pod) === 'ErrImagePull') return again(started + backOffSeconds * 1000);
    tell('Warning', 'Failed', `Failed to pull image "${blocked}": ${failure}`);
    tell('Warning', 'Failed', 'Error: ErrImagePull');
    putPodStatus(store, pod, node, { reason: 'ErrImagePull', message: failure });
    return again(started + backOffSeconds * 1000);
  }
  if (waitingReason(pod) === 'ImagePullBackOff') return;
  tell('Normal', 'BackOff', `Back-off pulling image "${blocked}"`);
  tell('Warning', 'Failed', 'Error: ImagePullBackOff');
  putPodStatus(store, pod, node, {
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${blocked}": ErrImagePull: ${failure}`,
  });
}

const containersOf = (pod: KubeObject) => listAt(pod, 'spec.containers');
const waitingReason = (pod: KubeObject) => textAt(listAt(pod, 'status.containerStatuses')[0], 'state.waiting.reason');
