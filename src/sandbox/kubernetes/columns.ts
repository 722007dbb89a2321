import type { KubeObject } from './clusterObjects.ts';
import { listAt, mapAt, at, conditionStatus, numberAt, textAt, textsAt, isObject } from './fields.ts';
import { humanDuration } from './humanDuration.ts';

export type Cell = string | number;
/** Name, value, and whether only `-o wide` shows it. `now` is account time in ms. */
export type Column = readonly [name: string, cell: (object: KubeObject, now: number) => Cell, wide?: 'wide'];

const none = (text: string) => text || '<none>';
const since = (time: string, now: number) => (time === '' ? '<unknown>' : humanDuration(now - Date.parse(time)));
const name: Column = ['Name', ({ metadata }) => metadata.name];
const age: Column = ['Age', ({ metadata }, now) => since(metadata.creationTimestamp, now)];
const createdAt: Column = ['Created At', ({ metadata }) => metadata.creationTimestamp];
const number = (title: string, path: string): Column => [title, object => numberAt(object, path)];
const text = (title: string, path: string): Column => [title, object => none(textAt(object, path))];
const count = (title: string, ...paths: string[]): Column => [
  title,
  object => paths.reduce((sum, path) => sum + sizeOf(at(object, path)), 0),
];
const sizeOf = (value: unknown) =>
  Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0;
const pairs = (map: Record<string, string>) =>
  none(
    Object.entries(map)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
  );
const wide = ([title, cell]: Column): Column => [title, cell, 'wide'];
const joined = (title: string, path: string, key: string): Column => [
  title,
  object =>
    listAt(object, path)
      .map(item => textAt(item, key))
      .join(','),
  'wide',
];
const templateColumns: readonly Column[] = [
  joined('Containers', 'spec.template.spec.containers', 'name'),
  joined('Images', 'spec.template.spec.containers', 'image'),
  ['Selector', object => pairs(mapAt(object, 'spec.selector.matchLabels')), 'wide'],
];
const subjectsOf = (title: string, kind: string): Column => [
  title,
  object =>
    listAt(object, 'subjects')
      .filter(subject => subject['kind'] === kind)
      .map(subject =>
        kind === 'ServiceAccount'
          ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`
          : textAt(subject, 'name'),
      )
      .join(', '),
  'wide',
];
const bindingColumns: readonly Column[] = [
  name,
  ['Role', object => `${textAt(object, 'roleRef.kind')}/${textAt(object, 'roleRef.name')}`],
  age,
  subjectsOf('Users', 'User'),
  subjectsOf('Groups', 'Group'),
  subjectsOf('ServiceAccounts', 'ServiceAccount'),
];
const nodeInfo = (title: string, field: string): Column => [
  title,
  node => textAt(node, `status.nodeInfo.${field}`) || '<unknown>',
  'wide',
];
const nodeAddress = (title: string, type: string): Column => [
  title,
  node =>
    none(
      textAt(
        listAt(node, 'status.addresses').find(address => address['type'] === type),
        'address',
      ),
    ),
  'wide',
];

/** What `kubectl get` shows of each kind, in kubectl's own words; any other kind: name and age. */
export const columns: Readonly<Record<string, readonly Column[]>> = {
  pods: [
    name,
    [
      'Ready',
      pod =>
        `${listAt(pod, 'status.containerStatuses').filter(each => each['ready'] === true).length}/${listAt(pod, 'spec.containers').length}`,
    ],
    ['Status', podStatus],
    [
      'Restarts',
      pod =>
        String(listAt(pod, 'status.containerStatuses').reduce((sum, each) => sum + numberAt(each, 'restartCount'), 0)),
    ],
    age,
    wide(text('IP', 'status.podIP')),
    wide(text('Node', 'spec.nodeName')),
    wide(text('Nominated Node', 'status.nominatedNodeName')),
    ['Readiness Gates', () => '<none>', 'wide'],
  ],
  deployments: [
    name,
    ['Ready', deployment => `${numberAt(deployment, 'status.readyReplicas')}/${numberAt(deployment, 'spec.replicas')}`],
    number('Up-to-date', 'status.updatedReplicas'),
    number('Available', 'status.availableReplicas'),
    age,
    ...templateColumns,
  ],
  replicasets: [
    name,
    number('Desired', 'spec.replicas'),
    number('Current', 'status.replicas'),
    number('Ready', 'status.readyReplicas'),
    age,
    ...templateColumns,
  ],
  daemonsets: [
    name,
    number('Desired', 'status.desiredNumberScheduled'),
    number('Current', 'status.currentNumberScheduled'),
    number('Ready', 'status.numberReady'),
    number('Up-to-date', 'status.updatedNumberScheduled'),
    number('Available', 'status.numberAvailable'),
    ['Node Selector', set => pairs(mapAt(set, 'spec.template.spec.nodeSelector'))],
    age,
    ...templateColumns,
  ],
  services: [
    name,
    text('Type', 'spec.type'),
    text('Cluster-IP', 'spec.clusterIP'),
    [
      'External-IP',
      service =>
        textAt(service, 'spec.type') === 'LoadBalancer'
          ? '<pending>'
          : textAt(service, 'spec.externalName') || none(textsAt(service, 'spec.externalIPs').join(',')),
    ],
    [
      'Port(s)',
      service =>
        none(
          listAt(service, 'spec.ports')
            .map(
              port =>
                `${textAt(port, 'port')}${port['nodePort'] ? `:${textAt(port, 'nodePort')}` : ''}/${textAt(port, 'protocol')}`,
            )
            .join(','),
        ),
    ],
    age,
    ['Selector', service => pairs(mapAt(service, 'spec.selector')), 'wide'],
  ],
  namespaces: [
    name,
    ['Status', namespace => (namespace.metadata.deletionTimestamp ? 'Terminating' : textAt(namespace, 'status.phase'))],
    age,
  ],
  nodes: [
    name,
    ['Status', nodeStatus],
    [
      'Roles',
      node =>
        none(
          Object.keys(node.metadata.labels ?? {})
            .flatMap(key => /^node-role\.kubernetes\.io\/(.+)$/.exec(key)?.[1] ?? [])
            .sort()
            .join(','),
        ),
    ],
    age,
    ['Version', node => textAt(node, 'status.nodeInfo.kubeletVersion')],
    nodeAddress('Internal-IP', 'InternalIP'),
    nodeAddress('External-IP', 'ExternalIP'),
    nodeInfo('OS-Image', 'osImage'),
    nodeInfo('Kernel-Version', 'kernelVersion'),
    nodeInfo('Container-Runtime', 'containerRuntimeVersion'),
  ],
  events: [
    [
      'Last Seen',
      (event, now) =>
        since(textAt(event, 'lastTimestamp') || textAt(event, 'eventTime') || event.metadata.creationTimestamp, now),
    ],
    text('Type', 'type'),
    text('Reason', 'reason'),
    [
      'Object',
      event => `${textAt(event, 'involvedObject.kind').toLowerCase()}/${textAt(event, 'involvedObject.name')}`,
    ],
    ['Subobject', event => textAt(event, 'involvedObject.fieldPath'), 'wide'],
    ['Source', event => textAt(event, 'source.component') || textAt(event, 'reportingComponent'), 'wide'],
    ['Message', event => textAt(event, 'message').trim()],
    [
      'First Seen',
      (event, now) => since(textAt(event, 'firstTimestamp') || event.metadata.creationTimestamp, now),
      'wide',
    ],
    ['Count', event => numberAt(event, 'count', 1), 'wide'],
    wide(name),
  ],
  configmaps: [name, count('Data', 'data', 'binaryData'), age],
  secrets: [name, text('Type', 'type'), count('Data', 'data'), age],
  serviceaccounts: [name, count('Secrets', 'secrets'), age],
  roles: [name, createdAt],
  clusterroles: [name, createdAt],
  rolebindings: bindingColumns,
  clusterrolebindings: bindingColumns,
  leases: [name, text('Holder', 'spec.holderIdentity'), age],
};

export const otherColumns: readonly Column[] = [name, age];

function podStatus(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  const waiting = listAt(pod, 'status.containerStatuses').map(
    each => textAt(each, 'state.waiting.reason') || textAt(each, 'state.terminated.reason'),
  );
  return waiting.findLast(reason => reason !== '') ?? (textAt(pod, 'status.reason') || textAt(pod, 'status.phase'));
}

function nodeStatus(node: KubeObject): string {
  const ready = { True: 'Ready', False: 'NotReady', Unknown: 'NotReady' }[conditionStatus(node, 'Ready')] ?? 'Unknown';
  return at(node, 'spec.unschedulable') === true ? `${ready},SchedulingDisabled` : ready;
}
