import type { Table } from '../kernel/table.ts';
import type { Scope } from '../services/eks/eksTables.ts';

/** An instance on its way to being a node. */
export interface NodeRow {
  readonly instanceId: string;
  readonly cluster: string;
  readonly nodegroup: string;
  readonly nodeName: string;
  registeredAt?: number;
  readyAt?: number;
  /** Why it is not further than it is: no call of AWS's tells it; for tests and whoever debugs the sandbox. */
  reasons: readonly string[];
}

export const nodeRows = ({ account, region }: Scope): Table<NodeRow> => account.regional<NodeRow>(region, 'join.nodes');

export const nodesOf = (scope: Scope, cluster: string, nodegroup: string): NodeRow[] =>
  nodeRows(scope).filter(row => row.cluster === cluster && row.nodegroup === nodegroup);

/** A number from `low` to `high` that belongs to the instance: equal each time it is asked. */
export function ofInstance(instanceId: string, salt: number, low: number, high: number): number {
  const bits = parseInt(instanceId.slice(-6), 16) >>> (salt * 4);
  return low + ((bits & 0xff) / 0xff) * (high - low);
}
