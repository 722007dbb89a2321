/** A node of a run's graph as far as order goes. */
export interface GraphNode {
  readonly id: string;
  readonly needs: readonly string[];
}

export type NodeOutcome = 'succeeded' | 'failed' | 'cancelled';
export interface GraphOptions {
  readonly concurrency: number;
  /** Once aborted nothing more starts; what runs is awaited. */
  readonly cancel: AbortSignal;
}

/**
 * Runs every node whose needs have succeeded, as many at a time as allowed, in the given order where there is a choice. A failure
 * holds up only what needs the failed node: the rest goes on, so that a retry finds as much as possible done.
 * Gives the outcome of each node that was started.
 */
export async function runGraph<N extends GraphNode>(
  nodes: readonly N[],
  execute: (node: N) => Promise<NodeOutcome>,
  options: GraphOptions,
): Promise<Map<string, NodeOutcome>> {
  requireAcyclic(nodes);
  const outcomes = new Map<string, NodeOutcome>();
  const waiting = new Set(nodes);
  const running = new Set<Promise<void>>();
  const start = (node: N) => {
    waiting.delete(node);
    const work = execute(node).then(outcome => {
      outcomes.set(node.id, outcome);
      running.delete(work);
    });
    running.add(work);
  };
  do {
    for (const node of waiting) {
      if (options.cancel.aborted || running.size >= options.concurrency) break;
      if (node.needs.every(need => outcomes.get(need) === 'succeeded')) start(node);
    }
    await Promise.race(running);
  } while (running.size > 0 || (!options.cancel.aborted && [...waiting].some(isReady)));
  return outcomes;

  function isReady(node: N): boolean {
    return node.needs.every(need => outcomes.get(need) === 'succeeded');
  }
}

function requireAcyclic(nodes: readonly GraphNode[]): void {
  const known = new Set<string>();
  let left = [...nodes];
  while (left.length > 0) {
    const rest = left.filter(node => !node.needs.every(need => known.has(need)));
    if (rest.length === left.length)
      throw new Error(`steps wait for each other or for none there is: ${rest.map(({ id }) => id).join(', ')}`);
    for (const node of left) if (!rest.includes(node)) known.add(node.id);
    left = rest;
  }
}
