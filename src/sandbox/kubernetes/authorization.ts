import type { User } from './authentication.ts';
import type { PolicyRule } from './builtInRoles.ts';
import { listAt, textAt, textsAt } from './fields.ts';
import type { ObjectStore } from './objectStore.ts';

/** What somebody wants to do: to a resource, or to a path that is none. */
export interface Action {
  readonly verb: string;
  readonly group: string;
  /** `pods`, `deployments/scale`; empty for a path. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly path?: string;
}

const has = (list: readonly string[] | undefined, value: string) =>
  list?.some(item => item === '*' || item === value) ?? false;

export function permits(rule: PolicyRule, action: Action): boolean {
  if (!has(rule.verbs, action.verb)) return false;
  const { path } = action;
  if (path !== undefined)
    return (
      rule.nonResourceURLs?.some(url => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)))) ??
      false
    );
  const [, subresource] = action.resource.split('/');
  const resource =
    has(rule.resources, action.resource) ||
    (subresource !== undefined && (rule.resources?.includes(`*/${subresource}`) ?? false));
  const named = !rule.resourceNames?.length || rule.resourceNames.includes(action.name);
  return has(rule.apiGroups, action.group) && resource && named;
}

export function isAllowed(store: ObjectStore, user: User, action: Action): boolean {
  return rulesFor(store, user, action.namespace).some(rule => permits(rule, action));
}

/** Every rule that holds for `user` in `namespace`: of EKS's access policies and of RBAC's bindings. */
export function rulesFor(store: ObjectStore, user: User, namespace: string | undefined): PolicyRule[] {
  const inScope = user.grants.filter(
    grant =>
      grant.namespaces === undefined ||
      (namespace !== undefined && grant.namespaces.some(pattern => matchesScope(pattern, namespace))),
  );
  const bindings = [
    ...store.list('clusterrolebindings'),
    ...(namespace === undefined ? [] : store.list('rolebindings', namespace)),
  ];
  const bound = bindings
    .filter(binding => listAt(binding, 'subjects').some(subject => isSubject(user, subject)))
    .flatMap(binding => {
      const [kind, name] = [textAt(binding, 'roleRef.kind'), textAt(binding, 'roleRef.name')];
      const role =
        kind === 'Role' ? store.get('roles', name, binding.metadata.namespace) : store.get('clusterroles', name);
      return listAt(role, 'rules').map(toRule);
    });
  return [...inScope.flatMap(grant => grant.rules), ...bound];
}

/** Namespaces of an access policy's scope may end in a star. */
function matchesScope(pattern: string, namespace: string): boolean {
  return pattern.endsWith('*') ? namespace.startsWith(pattern.slice(0, -1)) : pattern === namespace;
}

function isSubject(user: User, subject: unknown): boolean {
  const [kind, name] = [textAt(subject, 'kind'), textAt(subject, 'name')];
  if (kind === 'User') return name === user.name;
  if (kind === 'Group') return user.groups.includes(name);
  return kind === 'ServiceAccount' && user.name === `system:serviceaccount:${textAt(subject, 'namespace')}:${name}`;
}

function toRule(rule: unknown): PolicyRule {
  const [apiGroups, resources, resourceNames, nonResourceURLs] = [
    'apiGroups',
    'resources',
    'resourceNames',
    'nonResourceURLs',
  ].map(name => textsAt(rule, name));
  return {
    verbs: textsAt(rule, 'verbs'),
    apiGroups: apiGroups ?? [],
    resources: resources ?? [],
    resourceNames: resourceNames ?? [],
    nonResourceURLs: nonResourceURLs ?? [],
  };
}

/** Why somebody may not: Kubernetes' words after `… is forbidden: `, or the whole for a path. */
export function refusal(user: User, { verb, resource, group, namespace, path }: Action): string {
  if (path !== undefined) return `User "${user.name}" cannot ${verb} path "${path}"`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
}
