import type { Plan, ZoneFacts } from '../../plan/plan.ts';

/** The zones that the spec names, or the first ones that EKS accepts, as many as it asks for. */
export function chosenZones({ spec, account }: Plan): readonly ZoneFacts[] {
  const { zones } = spec.network;
  const known = account?.zones ?? [];
  if (typeof zones === 'number') return known.slice(0, zones);
  return zones.map(id => known.find(zone => zone.id === id)).filter(zone => zone !== undefined);
}
