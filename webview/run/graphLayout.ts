import dagre from '@dagrejs/dagre';
import type { StepView } from '../../src/protocol/runPanel.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly node: { readonly width: number; readonly height: number };
  /** Centres, by step id. */
  readonly nodes: ReadonlyMap<string, Point>;
  readonly edges: readonly { readonly from: string; readonly to: string; readonly path: string }[];
}
export type Direction = 'across' | 'down';

const shapes = {
  across: { node: { width: 128, height: 40 }, nodesep: 8, ranksep: 12 },
  down: { node: { width: 132, height: 40 }, nodesep: 8, ranksep: 14 },
} as const;

/** Places the steps by what each needs, as early as it can begin, without crossing lines where that can be. */
export function graphLayout(steps: readonly Pick<StepView, 'id' | 'needs'>[], direction: Direction): GraphLayout {
  const { node, nodesep, ranksep } = shapes[direction];
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: direction === 'across' ? 'LR' : 'TB', nodesep, ranksep, marginx: 1, marginy: 1 });
  graph.setDefaultEdgeLabel(() => ({}));
  const ranks = earliestRanks(steps);
  for (const { id } of steps) graph.setNode(id, { ...node });
  // The earlier a line begins, the more its length costs: so steps stand where they begin, not where they are waited for.
  for (const { id, needs } of withoutDetours(steps))
    for (const need of needs) if (ranks.has(need)) graph.setEdge(need, id, { weight: 20 - (ranks.get(need) ?? 0) });
  dagre.layout(graph);
  const centre = (id: string): Point => {
    const { x = 0, y = 0 } = graph.node(id) as Partial<Point>;
    return { x, y };
  };
  const edges = graph.edges().map(edge => {
    const inner = ((graph.edge(edge) as { points?: Point[] }).points ?? []).slice(1, -1);
    return { from: edge.v, to: edge.w, path: curve(centre(edge.v), inner, centre(edge.w), node, direction) };
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width, height, node, nodes: new Map(steps.map(({ id }) => [id, centre(id)])), edges };
}

/** Only the needs that no other need brings with it: the picture shows what follows what, the table names every need. */
function withoutDetours(steps: readonly Pick<StepView, 'id' | 'needs'>[]): Pick<StepView, 'id' | 'needs'>[] {
  const byId = new Map(steps.map(step => [step.id, step.needs]));
  const reach = (from: string, wanted: string, seen = new Set<string>()): boolean =>
    (byId.get(from) ?? []).some(need => need === wanted || (!seen.has(need) && reach(need, wanted, seen.add(need))));
  return steps.map(({ id, needs }) => ({
    id,
    needs: needs.filter(need => !needs.some(other => other !== need && reach(other, need))),
  }));
}

function earliestRanks(steps: readonly Pick<StepView, 'id' | 'needs'>[]): Map<string, number> {
  const ranks = new Map(steps.map(({ id }) => [id, 0]));
  // As many rounds as the longest chain can be; a circle, which a plan never has, ends too.
  for (let round = 0; round < steps.length; round++)
    for (const { id, needs } of steps) ranks.set(id, Math.max(0, ...needs.map(need => (ranks.get(need) ?? -1) + 1)));
  return ranks;
}

/** From the side of one node to the side of the next, through the gaps between others. */
function curve(
  from: Point,
  inner: readonly Point[],
  to: Point,
  node: { width: number; height: number },
  direction: Direction,
): string {
  const across = direction === 'across';
  const start = across ? { x: from.x + node.width / 2, y: from.y } : { x: from.x, y: from.y + node.height / 2 };
  const end = across ? { x: to.x - node.width / 2, y: to.y } : { x: to.x, y: to.y - node.height / 2 };
  const stops = [start, ...(inner.length > 1 ? inner : []), end];
  const bend = (a: Point, b: Point) => {
    const [mx, my] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
    return across ? `C${mx} ${a.y} ${mx} ${b.y} ${b.x} ${b.y}` : `C${a.x} ${my} ${b.x} ${my} ${b.x} ${b.y}`;
  };
  const bends = stops.slice(1).map((stop, index) => bend(stops[index] ?? start, stop));
  return `M${start.x} ${start.y}${bends.join('')}`;
}
