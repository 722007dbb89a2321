import type { NormalizedSchema } from '@smithy/core/schema';
import type { OperationSchema } from './serviceCatalog.ts';

/** An operation's HTTP binding, taken apart. */
export interface Route {
  readonly operation: OperationSchema;
  readonly method: string;
  readonly status: number;
  /** Path segments; a label stands as its member's name. */
  readonly segments: readonly { readonly literal?: string; readonly label?: string; readonly greedy?: boolean }[];
  readonly literalQuery: readonly (readonly [string, string])[];
  /** Query parameters and headers without which it is another operation on the same path (S3's `uploadId`, …). */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  readonly needsBucket: boolean;
}

export interface Matched {
  readonly route: Route;
  readonly labels: Readonly<Record<string, string>>;
}

/** How many members of a structure are required: they stand first. */
export function requiredMembers(schema: NormalizedSchema): string[] {
  const own = schema.getSchema();
  if (!Array.isArray(own)) return [];
  const [, , , , names, , count] = own as unknown as [number, string, string, unknown, string[], unknown[], number?];
  return schema.isStructSchema() ? names.slice(0, count ?? 0) : [];
}

export function compileRoute(operation: OperationSchema, [method, uri, status]: [string, string, number]): Route {
  const [path = '/', query = ''] = uri.split('?');
  const segments = path
    .split('/')
    .filter(segment => segment !== '')
    .map(segment => {
      const label = /^\{(\w+)(\+?)\}$/.exec(segment);
      return label?.[1] ? { label: label[1], greedy: label[2] === '+' } : { literal: segment };
    });
  const inPath = new Set(segments.map(segment => segment.label));
  const requiredQuery: string[] = [];
  const requiredHeaders: string[] = [];
  let needsBucket = false;
  for (const name of requiredMembers(operation.input)) {
    const traits = operation.input.getMemberSchema(name).getMergedTraits();
    if (traits.httpQuery) requiredQuery.push(traits.httpQuery);
    if (traits.httpHeader) requiredHeaders.push(traits.httpHeader.toLowerCase());
    // S3's bucket is a label that its client puts into the host or before the path.
    if (traits.httpLabel && !inPath.has(name)) needsBucket = true;
  }
  const literalQuery = [...new URLSearchParams(query)] as const;
  return { operation, method, status, segments, literalQuery, requiredQuery, requiredHeaders, needsBucket };
}

/** The most specific route that fits; `path` is still encoded and holds no bucket any more. */
export function matchRoute(
  routes: readonly Route[],
  request: { method: string; path: string; query: URLSearchParams; headers: Readonly<Record<string, string>> },
  bucket?: string,
): Matched | undefined {
  let best: (Matched & { score: number }) | undefined;
  for (const route of routes) {
    if (route.method !== request.method || (bucket !== undefined) !== route.needsBucket) continue;
    const id = request.query.get('x-id');
    const literals = route.literalQuery.filter(([key]) => key !== 'x-id');
    if (id && route.literalQuery.some(([key, value]) => key === 'x-id' && value !== id)) continue;
    if (!literals.every(([key, value]) => request.query.get(key) === value)) continue;
    if (!route.requiredQuery.every(key => request.query.has(key))) continue;
    if (!route.requiredHeaders.every(name => request.headers[name] !== undefined)) continue;
    const labels = matchPath(route, request.path);
    if (!labels) continue;
    const exact = route.segments.filter(segment => segment.literal !== undefined).length;
    const score = 10 * (exact + literals.length) + route.requiredQuery.length + route.requiredHeaders.length;
    if (!best || score > best.score) best = { route, labels, score };
  }
  return best;
}

function matchPath(route: Route, path: string): Record<string, string> | undefined {
  const parts = path.replace(/^\//, '').split('/');
  const labels: Record<string, string> = {};
  if (route.segments.length === 0) return path === '/' || path === '' ? labels : undefined;
  for (const [index, { literal, label, greedy }] of route.segments.entries()) {
    const part = greedy ? parts.slice(index).join('/') : parts[index];
    if (part === undefined || part === '') return undefined;
    if (literal !== undefined && literal !== part) return undefined;
    if (label !== undefined) labels[label] = decodeURIComponent(part);
    if (greedy) return labels;
  }
  return parts.length === route.segments.length ? labels : undefined;
}
