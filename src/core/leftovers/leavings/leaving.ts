import type { Leftover } from '../leftover.ts';

export const leaving = (
  kind: Leftover['kind'],
  id: string,
  region: string,
  more: Partial<Leftover> & Pick<Leftover, 'fate'>,
): Leftover => ({ kind, id, region, madeBy: 'controller', monthlyUsd: 0, how: 'costs nothing', ...more });

export const foreignWhy = 'not made for this cluster: never deleted by a run';
