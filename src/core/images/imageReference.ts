/** A container image by name, as Docker's reference grammar (distribution/reference) reads it. */
export interface ImageReference {
  /** `docker.io` where the name has none. */
  readonly registry: string;
  /** `library/nginx`, `eks/coredns` */
  readonly repository: string;
  /** Absent with a digest alone; `latest` where nothing is said. */
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const host = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)`;
const domainPattern = new RegExp(String.raw`^(?:${host}(?:\.${host})*|\[[0-9A-Fa-f:]+\])(?::\d+)?$`);
const pathPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}$/;

/** Undefined for what is no image's name. */
export function parseImageReference(text: string): ImageReference | undefined {
  const [named = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !digestPattern.test(digest))) return undefined;
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !tagPattern.test(tag)) return undefined;
  const name = colon < 0 ? named : named.slice(0, colon);
  const [first = '', ...rest] = name.split('/');
  // What looks like a host is one: a dot, a port, capitals, or localhost. Anything else is Docker Hub's.
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = hasHost ? first : 'docker.io';
  const path = hasHost ? rest.join('/') : name;
  if (!domainPattern.test(registry) || !pathPattern.test(path) || name.length > 255) return undefined;
  const hub = registry === 'docker.io' || registry === 'index.docker.io';
  return {
    registry: hub ? 'docker.io' : registry,
    repository: hub && !path.includes('/') ? `library/${path}` : path,
    ...(tag === undefined ? (digest === undefined ? { tag: 'latest' } : {}) : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** In full: `docker.io/library/nginx:latest`. */
export function imageText({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
