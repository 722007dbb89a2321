import dagre from '@dagrejs/dagre';
import { LitElement, html, nothing, svg, type PropertyValues, type SVGTemplateResult } from 'lit';
import type { StepView } from '../../src/protocol/runPanel.ts';
import { clockTime } from '../components/format.ts';
import { stepIcon, stepStatusWord } from './stepStatus.ts';

const size = { width: 148, height: 40 };

interface Laid {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly edges: readonly { readonly id: string; readonly path: string }[];
}

/** The steps as a graph, left to right. Decoration for those who see it: the table below it says the same. */
export class StepGraph extends LitElement {
  static override properties = { steps: { attribute: false }, now: { type: Number } };
  declare steps: readonly StepView[];
  declare now: number;
  #laid: Laid | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('steps') as readonly StepView[] | undefined;
    // The graph's shape never changes during a run; only a new run is laid out.
    if (!this.#laid || before?.length !== this.steps.length) this.#laid = layOut(this.steps);
  }

  protected override render() {
    if (!this.#laid) return nothing;
    const { width, height, nodes, edges } = this.#laid;
    return html`<div class="graph" tabindex="0" role="region" aria-label="Steps, drawn">
      <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" aria-hidden="true">
        ${edges.map(edge => svg`<path class="edge" d=${edge.path}></path>`)}
        ${this.steps.map(step => this.#node(step, nodes.get(step.id)))}
      </svg>
    </div>`;
  }

  #node(step: StepView, at: { x: number; y: number } | undefined): SVGTemplateResult | typeof nothing {
    if (!at) return nothing;
    const time = step.startedAt === undefined ? '' : clockTime((step.endedAt ?? this.now) - step.startedAt);
    return svg`<g class="node status-${step.status}" transform="translate(${at.x - size.width / 2} ${at.y - size.height / 2})">
      <title>${step.title}: ${stepStatusWord(step.status)} ${time}</title>
      <rect width=${size.width} height=${size.height} rx="3"></rect>
      <text class="codicon-glyph" x="10" y="25">${stepIcon(step.status).glyph}</text>
      <text class="title" x="32" y=${time ? 17 : 25}>${step.title}</text>
      ${time ? svg`<text class="time" x="32" y="32">${time}</text>` : nothing}
    </g>`;
  }
}

function layOut(steps: readonly StepView[]): Laid {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 12, ranksep: 28, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of steps) graph.setNode(step.id, { ...size });
  const known = new Set(steps.map(step => step.id));
  for (const step of steps) for (const need of step.needs) if (known.has(need)) graph.setEdge(need, step.id);
  dagre.layout(graph);
  const nodes = new Map(graph.nodes().map(id => [id, { x: graph.node(id).x ?? 0, y: graph.node(id).y ?? 0 }]));
  const edges = graph.edges().map(edge => {
    const points = (graph.edge(edge) as { points?: { x: number; y: number }[] }).points ?? [];
    return {
      id: `${edge.v}-${edge.w}`,
      path: points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join(' '),
    };
  });
  const { width = 0, height = 0 } = graph.graph();
  return { width, height, nodes, edges };
}

customElements.define('pe-step-graph', StepGraph);
