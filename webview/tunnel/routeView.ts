import { html, nothing, type TemplateResult } from 'lit';
import { detailSentence } from '../../src/protocol/measures.ts';
import type { FindingView, RouteKindName, TunnelPanelState } from '../../src/protocol/tunnelPanel.ts';
import { timeOfDay } from '../components/format.ts';
import { sentence } from '../components/sentence.ts';
import { kindWords, verdictWords } from './stateWords.ts';

export interface RouteViewOptions {
  readonly open: boolean;
  readonly toggled: (open: boolean) => void;
  readonly use: (kind: RouteKindName) => void;
}

/** The way in, and on demand why this one: every way that was looked at, what was seen there, and what would open it. */
export function routeView({ tunnel, routes }: TunnelPanelState, options: RouteViewOptions): TemplateResult {
  const route = tunnel?.route;
  const canChange = tunnel !== undefined && tunnel.state !== 'ended';
  return html`
    ${
      route
        ? html`<p>
              ${kindWords[route.kind]}
              <span class="mono target" title=${route.target}>${shortTarget(route.target)}</span>
              ${route.agentVersion ? html`<span class="muted">agent ${route.agentVersion}</span>` : nothing}
            </p>
            <p class="muted">${detailSentence(route.reason)}</p>`
        : html`<p class="muted">No route yet.</p>`
    }
    ${
      routes
        ? html`<details
            class="why"
            ?open=${options.open}
            @toggle=${(event: Event) => options.toggled((event.target as HTMLDetailsElement).open)}
          >
            <summary>Why this route?</summary>
            <p class="muted small">Looked at ${timeOfDay(routes.at)}, in this order.</p>
            <ol class="findings">
              ${routes.findings.map(item => finding(item, canChange, options.use))}
            </ol>
          </details>`
        : nothing
    }
  `;
}

/** Of ECS's `ecs:CLUSTER_TASK_CONTAINER` the task, as the tree names it. */
function shortTarget(target: string): string {
  return /^ecs:[^_]*_([0-9a-f]{8})/.exec(target)?.[1] ?? target;
}

function finding(item: FindingView, canChange: boolean, use: (kind: RouteKindName) => void): TemplateResult {
  const { kind, verdict, summary, evidence, fix } = item;
  const { word, icon, tone } = verdictWords[verdict];
  // Only an ended tunnel cannot be changed.
  const wordNow = verdict === 'chosen' && !canChange ? 'Was in use' : word;
  const offered = canChange && (verdict === 'usable' || verdict === 'needs-consent');
  return html`<li class="finding">
    <div class="finding-head">
      <span class="codicon codicon-${icon} status-${tone}" aria-hidden="true"></span>
      <strong>${kindWords[kind]}</strong>
      <span class="tag">${wordNow}</span>
    </div>
    <div class="finding-body">
      <p>${summary}</p>
      ${evidence.length > 0 ? evidenceTable(item) : nothing}
      ${fix === undefined ? nothing : html`<p class="fix"><span class="codicon codicon-lightbulb" aria-hidden="true"></span> ${sentence(fix)}</p>`}
      ${
        offered
          ? html`<vscode-button appearance="secondary" @click=${() => use(kind)}
              >${kind === 'new-bastion' ? 'Start a bastion…' : `Use ${kindWords[kind].toLowerCase()}`}</vscode-button
            >`
          : nothing
      }
    </div>
  </li>`;
}

function evidenceTable({ kind, evidence }: FindingView): TemplateResult {
  const withNeeds = evidence.some(({ needed }) => needed !== undefined);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Evidence for ${kindWords[kind]}">
    <table class="evidence small">
      <thead>
        <tr>
          <th scope="col">Where</th>
          <th scope="col">What</th>
          <th scope="col">Seen</th>
          ${withNeeds ? html`<th scope="col">Needed</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${evidence.map(
          ({ resource, attribute, seen, needed }) =>
            html`<tr>
              <th scope="row" class="mono">${resource}</th>
              <td>${attribute}</td>
              <td class="mono">${seen}</td>
              ${withNeeds ? html`<td class="mono">${needed ?? ''}</td>` : nothing}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
