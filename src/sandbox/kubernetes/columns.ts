import type { KubeObject } from './clusterObjects.ts';
import { at, conditionStatus, isObject, listAt, mapAt, numberAt, textAt, textsAt } from './fields.ts';
import { humanDuration } from './humanDuration.ts';

export type Cell = string | number;
export interface Column {
  readonly title: string;
  /** Only `-o wide` shows it. */
  readonly wide: boolean;
  /** `now` is account time in ms. */
  readonly cell: (object: KubeObject, now: number) => Cell;
}

const workload = 'Containers*:containers|Images*:images|Selector*:matchLabels';
const binding = 'Name|Role:role|Age|Users*:users|Groups*:groups|ServiceAccounts*:robots';

/**
 * What `kubectl get` shows of each kind, in kubectl's own words: a title, `*` where only `-o wide` shows it, then `=` and the path of
 * a text, `#` and the path of a number, or `:` and one of the cells below. Name and age explain themselves.
 */
const table: Readonly<Record<string, string>> = {
  pods: 'Name|Ready:podReady|Status:podStatus|Restarts:restarts|Age|IP*=status.podIP|Node*=spec.nodeName|Nominated Node*=status.nominatedNodeName|Readiness Gates*=none',
  deployments: `Name|Ready:deploymentReady|Up-to-date#status.updatedReplicas|Available#status.availableReplicas|Age|${workload}`,
  replicasets: `Name|Desired#spec.replicas|Current#status.replicas|Ready#status.readyReplicas|Age|${workload}`,
  daemonsets: `Name|Desired#status.desiredNumberScheduled|Current#status.currentNumberScheduled|Ready#status.numberReady|Up-to-date#status.updatedNumberScheduled|Available#status.numberAvailable|Node Selector:nodeSelector|Age|${workload}`,
  services: 'Name|Type=spec.type|Cluster-IP=spec.clusterIP|External-IP:externalIp|Port(s):ports|Age|Selector*:selector',
  namespaces: 'Name|Status:namespaceStatus|Age',
  nodes:
    'Name|Status:nodeStatus|Roles:roles|Age|Version=status.nodeInfo.kubeletVersion|Internal-IP*:internalIp|External-IP*:externalAddress|OS-Image*=status.nodeInfo.osImage|Kernel-Version*=status.nodeInfo.kernelVersion|Container-Runtime*=status.nodeInfo.containerRuntimeVersion',
  events:
    'Last Seen:lastSeen|Type=type|Reason=reason|Object:involved|Subobject*=involvedObject.fieldPath|Source*=source.component|Message=message|First Seen*:firstSeen|Count*#count|Name*',
  configmaps: 'Name|Data:data|Age',
  secrets: 'Name|Type=type|Data:data|Age',
  serviceaccounts: 'Name|Secrets:secrets|Age',
  roles: 'Name|Created At=metadata.creationTimestamp',
  clusterroles: 'Name|Created At=metadata.creationTimestamp',
  rolebindings: binding,
  clusterrolebindings: binding,
  leases: 'Name|Holder=spec.holderIdentity|Age',
};

const none = (text: string) => text || '<none>';
const size = (value: unknown) => (isObject(value) ? Object.keys(value) : Array.isArray(value) ? value : []).length;
const pairs = (map: Record<string, string>) =>
  none(
    Object.entries(map)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
  );
const joined = (object: KubeObject, path: string, key: string) =>
  listAt(object, path)
    .map(item => textAt(item, key))
    .join(',');
const since = (time: string, now: number) => (time === '' ? '<unknown>' : humanDuration(now - Date.parse(time)));
const statuses = (pod: KubeObject) => listAt(pod, 'status.containerStatuses');
const address = (node: KubeObject, type: string) =>
  none(
    textAt(
      listAt(node, 'status.addresses').find(each => each['type'] === type),
      'address',
    ),
  );
const subjects = (object: KubeObject, kind: string) =>
  listAt(object, 'subjects')
    .filter(subject => subject['kind'] === kind)
    .map(subject => (kind === 'ServiceAccount' ? `${textAt(subject, 'namespace')}/` : '') + textAt(subject, 'name'))
    .join(', ');

const cells: Readonly<Record<string, Column['cell']>> = {
  Name: ({ metadata }) => metadata.name,
  Age: ({ metadata }, now) => since(metadata.creationTimestamp, now),
  containers: object => joined(object, 'spec.template.spec.containers', 'name'),
  images: object => joined(object, 'spec.template.spec.containers', 'image'),
  matchLabels: object => pairs(mapAt(object, 'spec.selector.matchLabels')),
  role: object => `${textAt(object, 'roleRef.kind')}/${textAt(object, 'roleRef.name')}`,
  users: object => subjects(object, 'User'),
  groups: object => subjects(object, 'Group'),
  robots: object => subjects(object, 'ServiceAccount'),
  podReady: pod =>
    `${statuses(pod).filter(each => each['ready'] === true).length}/${listAt(pod, 'spec.containers').length}`,
  podStatus: pod => {
    if (pod.metadata.deletionTimestamp) return 'Terminating';
    const reason = statuses(pod)
      .map(each => textAt(each, 'state.waiting.reason'))
      .findLast(text => text !== '');
    return reason ?? textAt(pod, 'status.phase');
  },
  restarts: pod => String(statuses(pod).reduce((sum, each) => sum + numberAt(each, 'restartCount'), 0)),
  deploymentReady: object => `${numberAt(object, 'status.readyReplicas')}/${numberAt(object, 'spec.replicas')}`,
  nodeSelector: object => pairs(mapAt(object, 'spec.template.spec.nodeSelector')),
  externalIp: service =>
    textAt(service, 'spec.type') === 'LoadBalancer'
      ? '<pending>'
      : textAt(service, 'spec.externalName') || none(textsAt(service, 'spec.externalIPs').join(',')),
  ports: service =>
    none(
      listAt(service, 'spec.ports')
        .map(port => `${textAt(port, 'port')}/${textAt(port, 'protocol')}`)
        .join(','),
    ),
  selector: service => pairs(mapAt(service, 'spec.selector')),
  namespaceStatus: ({ metadata }) => (metadata.deletionTimestamp ? 'Terminating' : 'Active'),
  nodeStatus: node => {
    const ready =
      { True: 'Ready', False: 'NotReady', Unknown: 'NotReady' }[conditionStatus(node, 'Ready')] ?? 'Unknown';
    return at(node, 'spec.unschedulable') === true ? `${ready},SchedulingDisabled` : ready;
  },
  roles: ({ metadata }) =>
    none(
      Object.keys(metadata.labels ?? {})
        .flatMap(key => /^node-role\.kubernetes\.io\/(.+)$/.exec(key)?.[1] ?? [])
        .join(','),
    ),
  internalIp: node => address(node, 'InternalIP'),
  externalAddress: node => address(node, 'ExternalIP'),
  lastSeen: (event, now) => since(textAt(event, 'lastTimestamp') || event.metadata.creationTimestamp, now),
  firstSeen: (event, now) => since(textAt(event, 'firstTimestamp') || event.metadata.creationTimestamp, now),
  involved: event => `${textAt(event, 'involvedObject.kind').toLowerCase()}/${textAt(event, 'involvedObject.name')}`,
  data: object => size(object['data']) + size(object['binaryData']),
  secrets: object => size(object['secrets']),
};

/** Columns of a kind by its plural; of a kind without any of its own: name and age. */
export function columnsOf(plural: string): readonly Column[] {
  return (table[plural] ?? 'Name|Age').split('|').map(text => {
    const [, title = '', star, how, source = ''] = /^([^*=#:]+)(\*)?(?:([=#:])(.*))?$/.exec(text) ?? [];
    const named = cells[how === ':' ? source : title];
    const byPath = (object: KubeObject) => (how === '#' ? numberAt(object, source) : none(textAt(object, source)));
    return { title, wide: star !== undefined, cell: named ?? byPath };
  });
}
