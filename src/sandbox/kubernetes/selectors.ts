import { badRequest } from './apiError.ts';
import type { KubeObject } from './clusterObjects.ts';
import { at, listAt, mapAt, textAt, textsAt } from './fields.ts';
import type { Kind } from './kinds.ts';

export type Selector = (object: KubeObject) => boolean;

/** `app=web,tier in (a,b),!canary` */
export function labelSelector(text: string): Selector {
  const terms =
    text
      .match(/[^,(]+(\([^)]*\))?/g)
      ?.map(term => term.trim())
      .filter(term => term !== '') ?? [];
  const tests = terms.map(term => {
    const [, key = '', operator = '', values = ''] =
      /^([\w./-]+)\s*(==|!=|=|notin(?=\s*\()|in(?=\s*\()|>|<)\s*(.*)$/.exec(term) ?? [];
    if (key === '') {
      const [, absent, name = ''] = /^(!?)\s*([\w./-]+)$/.exec(term) ?? [];
      if (name === '') throw badRequest(`unable to parse requirement: found '${term}', expected: identifier`);
      return requirement(name, absent ? 'DoesNotExist' : 'Exists', []);
    }
    const list = values
      .replace(/^\(|\)$/g, '')
      .split(',')
      .map(value => value.trim());
    if (operator === '>' || operator === '<') return requirement(key, operator, list);
    return requirement(key, operator === '!=' || operator === 'notin' ? 'NotIn' : 'In', list);
  });
  return object => tests.every(test => test(object.metadata.labels ?? {}));
}

/** The selector of a workload (`metav1.LabelSelector`), on labels. */
export function workloadSelector(selector: unknown): (labels: Readonly<Record<string, string>>) => boolean {
  const tests = [
    ...Object.entries(mapAt(selector, 'matchLabels')).map(([key, value]) => requirement(key, 'In', [value])),
    ...listAt(selector, 'matchExpressions').map(each =>
      requirement(textAt(each, 'key'), textAt(each, 'operator'), textsAt(each, 'values')),
    ),
  ];
  return labels => tests.every(test => test(labels));
}

function requirement(key: string, operator: string, values: readonly string[]) {
  return (labels: Readonly<Record<string, string>>): boolean => {
    const value = labels[key];
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return (
          value !== undefined &&
          (operator === '>' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]))
        );
    }
  };
}

const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  replicasets: ['status.replicas'],
  events: ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']
    .map(name => `involvedObject.${name}`)
    .concat('reason', 'reportingComponent', 'source', 'type'),
};

/** `metadata.name=x,status.phase!=Failed`: only the fields that Kubernetes selects by. */
export function fieldSelector(kind: Kind, text: string): Selector {
  const tests = text
    .split(',')
    .filter(term => term !== '')
    .map(term => {
      const [, path = '', operator = '', value = ''] = /^([^=!]+)(==|!=|=)(.*)$/.exec(term) ?? [];
      if (path === '') throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
      const known = ['metadata.name', 'metadata.namespace', ...(fieldsOf[kind.plural] ?? [])];
      if (!known.includes(path)) throw badRequest(`field label not supported: ${path}`);
      return (object: KubeObject) => {
        const found = at(object, path === 'source' ? 'source.component' : path);
        const flag = /(Network|unschedulable)$/.test(path);
        return ((flag ? String(found === true) : textAt({ found }, 'found')) === value) === (operator !== '!=');
      };
    });
  return object => tests.every(test => test(object));
}
