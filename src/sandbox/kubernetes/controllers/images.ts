import type { KubeObject } from '../clusterObjects.ts';

/**
 * Which image hosts a node can reach, as whoever made the node knows from its VPC: comma-separated host names, `*` for any run of
 * characters (`*.dkr.ecr.eu-west-1.amazonaws.com`), `*` alone for a VPC with a way to the internet.
 */
export const reachesAnnotation = 'sandbox.private-eks/reaches';

export function reaches(node: KubeObject, image: string): boolean {
  const { host } = imageReference(image);
  return (node.metadata.annotations?.[reachesAnnotation] ?? '').split(',').some(pattern => {
    const parts = pattern
      .trim()
      .split('*')
      .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return pattern.trim() !== '' && new RegExp(`^${parts.join('.*')}$`).test(host);
  });
}

/** An image's name as containerd completes it, and the URL that it asks first. */
export function imageReference(image: string): { host: string; reference: string; manifest: string } {
  const [first = '', ...others] = image.split('/');
  const named = others.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = named ? first : 'docker.io';
  const rest = named ? others.join('/') : others.length > 0 ? image : `library/${image}`;
  const tagged = /[:@][^/]*$/.test(rest) ? rest : `${rest}:latest`;
  const [, repository = '', tag = ''] = /^([^@]*?)[:@]([^/]*)$/.exec(tagged) ?? [];
  const server = host === 'docker.io' ? 'registry-1.docker.io' : host;
  return { host, reference: `${host}/${tagged}`, manifest: `https://${server}/v2/${repository}/manifests/${tag}` };
}
