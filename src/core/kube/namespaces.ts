import { refusal, type KubernetesApi } from './kubernetesApi.ts';

/** There in every cluster from its first minute. */
const builtIn = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Namespaces that can be made for selectors: those that a pattern stands for are nobody's to guess. */
export function makeableNamespaces(selected: readonly string[]): string[] {
  return [...new Set(selected)].filter(name => !/[*?]/.test(name) && !builtIn.includes(name));
}

/** For people: what makes these namespaces by hand. */
export function namespaceCommand(names: readonly string[]): string {
  return names.map(name => `kubectl create namespace ${name}`).join(' && ');
}

/** Those of `names` that are not there. @throws PrivateEksError `kubernetes-denied`, `kubernetes-refused`, `kubernetes-unreachable` */
export async function missingNamespaces(
  api: KubernetesApi,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const looks = names.map(async name => {
    const answer = await api({ method: 'GET', path: `/api/v1/namespaces/${name}` }, signal);
    if (answer.status === 404) return [name];
    if (answer.status !== 200) throw refusal(`to show namespace ${name}`, answer);
    return [];
  });
  return (await Promise.all(looks)).flat();
}

/** Makes those that are not there and leaves the others as they are; gives those that it made. @throws as `missingNamespaces` */
export async function makeNamespaces(
  api: KubernetesApi,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const made: string[] = [];
  for (const name of names) {
    const metadata = { name, labels: { 'app.kubernetes.io/managed-by': 'private-eks' } };
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata };
    const answer = await api({ method: 'POST', path: '/api/v1/namespaces', body }, signal);
    if (answer.status === 201) made.push(name);
    // 409: somebody has made it already, and it stays as it is.
    else if (answer.status !== 409) throw refusal(`to make namespace ${name}`, answer);
  }
  return made;
}
