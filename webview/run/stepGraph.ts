import { LitElement, html, nothing, svg, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { StepView } from '../../src/protocol/runPanel.ts';
import { clockTime } from '../components/format.ts';
import { drawnSteps, gatheredSteps } from './gatherSteps.ts';
import { graphLayout, type GraphLayout, type Point } from './graphLayout.ts';
import { stepIcon, stepStatusWord } from './stepStatus.ts';

/** Narrower than this, the graph runs down instead of across. */
const widthForAcross = 760;
/** Beside each other they would be too small to read, above each other the picture too high. */
const mostAlike = { across: 8, down: 2 } as const;

/** The steps as a graph. For those who see it: the table below it says the same in words. */
export class StepGraph extends LitElement {
  static override properties = { steps: { attribute: false }, now: { type: Number }, wide: { state: true } };
  declare steps: readonly StepView[];
  declare now: number;
  declare wide: boolean;
  #layout: GraphLayout | undefined;
  #groups: ReadonlyMap<string, readonly string[]> = new Map();
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.wide = true;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(() => (this.wide = this.clientWidth >= widthForAcross));
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.#observer?.disconnect();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('steps') as readonly StepView[] | undefined;
    // The graph's shape never changes during a run; only a new run or a new width is laid out.
    if (this.#layout && !changed.has('wide') && !(changed.has('steps') && before?.length !== this.steps.length)) return;
    const direction = this.wide ? 'across' : 'down';
    this.#groups = gatheredSteps(this.steps, mostAlike[direction]);
    this.#layout = graphLayout(drawnSteps(this.steps, this.#groups), direction);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.#layout) return nothing;
    const { width, height, nodes, node, edges } = this.#layout;
    const drawn = drawnSteps(this.steps, this.#groups);
    const done = new Set(drawn.filter(step => step.status === 'done').map(step => step.id));
    return html`<svg
      class="graph"
      width=${width}
      height=${height}
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="Steps of the run; the table below says the same"
    >
      ${edges.map(edge => svg`<path class="edge ${done.has(edge.from) ? 'passed' : ''}" d=${edge.path}></path>`)}
      ${drawn.map(step => this.#node(step, nodes.get(step.id), node))}
    </svg>`;
  }

  #node(
    step: StepView,
    at: Point | undefined,
    size: { width: number; height: number },
  ): SVGTemplateResult | typeof nothing {
    if (!at) return nothing;
    const time = step.startedAt === undefined ? '' : clockTime((step.endedAt ?? this.now) - step.startedAt);
    return svg`<g class="node status-${step.status}" transform="translate(${at.x - size.width / 2} ${at.y - size.height / 2})">
      <title>${step.title}: ${stepStatusWord(step.status)} ${time}${this.#groups.has(step.id) ? `; ${step.message ?? ''}` : ''}</title>
      <rect width=${size.width} height=${size.height} rx="4"></rect>
      <text class="codicon-glyph" x="6" y="28">${stepIcon(step.status).glyph}</text>
      <text class="title" x="26" y=${time ? 17 : 24}>${shortTitle(step.title)}</text>
      ${time ? svg`<text class="time" x="26" y="32">${time}</text>` : nothing}
    </g>`;
  }
}

/** As much of a title as a node holds; the whole of it stands in its tooltip, the timeline and the table. */
function shortTitle(title: string): string {
  const short = title.length > 16 ? title.replace(/^Add-on /, '') : title;
  return short.length > 17 ? `${short.slice(0, 15).trimEnd()}…` : short;
}

customElements.define('pe-step-graph', StepGraph);
