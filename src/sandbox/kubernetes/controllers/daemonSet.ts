import type { KubeObject } from '../clusterObjects.ts';
import { safeSuffix } from '../defaults.ts';
import { at, listAt, numberAt, textAt } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { setStatus } from './conditions.ts';
import { daemonTolerations, obstacle } from './placement.ts';
import { canonical, createPod, isLeaving, isReady, ownedBy, retirePod } from './pods.ts';

const component = 'daemonset-controller';
const hashLabel = 'controller-revision-hash';

/** A pod on every node that the template tolerates; after a change of the template, one node after the other. */
export function reconcileDaemonSets(store: ObjectStore, namespace: string, name: string): void {
  const sets = name === '*' ? store.list('daemonsets') : [store.get('daemonsets', name, namespace)];
  for (const set of sets) if (set && !isLeaving(set)) reconcile(store, set);
}

function reconcile(store: ObjectStore, set: KubeObject): void {
  const template = at(set, 'spec.template.spec');
  const tolerations = [...listAt(template, 'tolerations'), ...daemonTolerations];
  const [nodes = [], lasting = []] = [undefined, ['NoExecute']].map(effects =>
    store.list('nodes').filter(node => obstacle(template, node, tolerations, effects) === undefined),
  );
  const all = () => store.list('pods', set.metadata.namespace).filter(pod => ownedBy(pod, set));
  const nodeOf = (pod: KubeObject) => textAt(pod, 'spec.nodeName');
  const hash = safeSuffix(canonical(at(set, 'spec.template')), 10);
  const isCurrent = (pod: KubeObject) => pod.metadata.labels?.[hashLabel] === hash;

  for (const pod of all())
    if (!isLeaving(pod) && !lasting.some(node => node.metadata.name === nodeOf(pod)))
      retirePod(store, set, component, pod);
  if (textAt(set, 'spec.updateStrategy.type') !== 'OnDelete') {
    const away = nodes.filter(
      node => !all().some(pod => nodeOf(pod) === node.metadata.name && !isLeaving(pod) && isReady(pod)),
    );
    const old = all().filter(pod => !isCurrent(pod) && !isLeaving(pod));
    const budget = Math.max(0, numberAt(set, 'spec.updateStrategy.rollingUpdate.maxUnavailable', 1) - away.length);
    const down = old.filter(pod => !isReady(pod));
    for (const pod of [...down, ...old.filter(isReady).slice(0, budget)]) retirePod(store, set, component, pod);
  }
  for (const node of nodes) {
    if (all().some(pod => nodeOf(pod) === node.metadata.name)) continue;
    const labels = { [hashLabel]: hash, 'pod-template-generation': String(set.metadata.generation ?? 1) };
    createPod(store, set, component, { labels, spec: { nodeName: node.metadata.name, tolerations } });
  }
  const pods = all().filter(pod => !isLeaving(pod));
  const ready = pods.filter(isReady).length;
  const away = nodes.length - ready;
  setStatus(store, 'daemonsets', set, {
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: nodes.length,
    numberMisscheduled: 0,
    numberReady: ready,
    ...(ready > 0 ? { numberAvailable: ready } : {}),
    ...(away > 0 ? { numberUnavailable: away } : {}),
    updatedNumberScheduled: pods.filter(isCurrent).length,
    observedGeneration: set.metadata.generation,
  });
}
