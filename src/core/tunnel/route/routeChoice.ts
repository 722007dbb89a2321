import { routeKinds, type RouteChoice } from './route.ts';

/** A kind, or a target that says its own: `i-…`, `mi-…`, `ecs:…`. Undefined for anything else. */
export function parseRouteChoice(text: string): RouteChoice | undefined {
  if (text === 'automatic') return { kind: 'automatic' };
  const kind = routeKinds.find(known => known === text);
  if (kind) return { kind };
  if (/^m?i-[0-9a-f]{8,17}$/.test(text)) return { kind: 'instance', target: text };
  if (/^ecs:[\w-]{1,255}_[0-9a-f]{1,64}_[\w-]{1,128}$/.test(text)) return { kind: 'bastion', target: text };
  return undefined;
}
