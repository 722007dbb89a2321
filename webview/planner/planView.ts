import { html, nothing, type TemplateResult } from 'lit';
import type { PlannerRequest, PlannerState, PlanSummary } from '../../src/protocol/planner.ts';
import { roughTime, usd } from '../components/format.ts';
import { place } from '../components/place.ts';
import { sentence } from '../components/sentence.ts';

/** The plan beside the form: time, money, stacks, endpoints with their reasons, and what to think about. */
export function planView(state: PlannerState, post: (request: PlannerRequest) => void): TemplateResult {
  const { plan } = state;
  const errors = state.problems.filter(problem => problem.severity === 'error');
  return html`
    <div class="plan-status" aria-live="polite">
      ${state.busy ? html`<span class="muted"><span class="codicon codicon-sync spin" aria-hidden="true"></span> ${state.busy}</span>` : nothing}
    </div>
    ${
      state.trouble
        ? html`<div class="notice" role="status">
            <span class="codicon codicon-warning" aria-hidden="true"></span>
            <span class="grow">${state.trouble} The plan is made without the account.</span>
            <button class="link" @click=${() => post({ type: 'reload-networks' })}>Look again</button>
          </div>`
        : nothing
    }
    ${plan ? planBody(plan, post) : noPlan(errors, post)}
  `;
}

function noPlan(errors: PlannerState['problems'], post: (request: PlannerRequest) => void): TemplateResult {
  if (errors.length === 0) return html`<p class="muted">The plan appears here.</p>`;
  return html`<h2>No plan yet</h2>
    <p class="muted">${errors.length === 1 ? 'One thing' : `${errors.length} things`} to mend first:</p>
    <ul class="todo">
      ${errors.map(
        error =>
          html`<li>
            <button class="link" @click=${() => post({ type: 'reveal', path: error.path })}>
              <span class="codicon codicon-error status-failed" aria-hidden="true"></span> ${error.message}
              <span class="muted">line ${error.line}</span>
            </button>
          </li>`,
      )}
    </ul>`;
}

function planBody(plan: PlanSummary, post: (request: PlannerRequest) => void): TemplateResult {
  return html`
    <dl class="figures">
      <div>
        <dt>Time</dt>
        <dd>about ${roughTime(plan.totalSeconds)}</dd>
      </div>
      <div>
        <dt>Cost</dt>
        <dd>about ${usd(plan.monthlyUsd)} USD a month</dd>
      </div>
    </dl>
    ${findings(plan, post)}
    ${plan.warnings.map(
      (warning, index) =>
        html`<div class="notice">
          <span class="codicon codicon-${warning.severity}" aria-hidden="true"></span>
          <span class="grow"
            >${warning.message}
            ${
              warning.suggestion
                ? html`<button class="link" @click=${() => post({ type: 'apply-suggestion', index })}>
                    ${warning.suggestion}
                  </button>`
                : warning.path === undefined
                  ? nothing
                  : html`<button class="link" @click=${() => post({ type: 'reveal', path: warning.path ?? '' })}>
                      Show in the file
                    </button>`
            }</span
          >
        </div>`,
    )}
    ${critical(plan)}
    <h2>Cost a month</h2>
    <table>
      <tbody>
        ${plan.costLines.map(
          line =>
            html`<tr>
              <th scope="row" class="plain">${line.item}<br /><span class="muted small">${line.how}</span></th>
              <td class="number">${usd(line.monthlyUsd)} USD</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="muted small">${plan.costNote}</p>
    <h2>Endpoints</h2>
    <table>
      <tbody>
        ${plan.endpoints.map(
          endpoint =>
            html`<tr>
              <th scope="row" class="plain mono">${endpoint.service}</th>
              <td>${endpoint.reason} <span class="mono muted small">${endpoint.existingId ?? ''}</span></td>
              <td class=${endpoint.standing === 'make' ? 'number' : 'standing'}>${standing(endpoint)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <h2>Stacks</h2>
    <table>
      <tbody>
        ${plan.stacks.map(
          stack =>
            html`<tr>
              <th scope="row" class="plain mono">${stack.name}</th>
              <td class="number">${stack.resources} ${stack.resources === 1 ? 'resource' : 'resources'}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  `;
}

const standings = {
  present: 'there already',
  shared: 'shared from elsewhere',
  said: 'reached in another way',
  wrong: 'there, not serving',
} as const;

/** The price of an endpoint that is made; what is there already costs nothing more. */
function standing({ standing: how, monthlyUsd }: PlanSummary['endpoints'][number]): TemplateResult {
  if (how === 'make') return html`${monthlyUsd === 0 ? 'free' : `${usd(monthlyUsd)} USD`}`;
  return html`${
    how === 'wrong' ? html`<span class="codicon codicon-error" aria-hidden="true"></span> ` : nothing
  }${standings[how]}`;
}

const findingIcons = { error: 'error', warning: 'warning', info: 'info', unknown: 'question' } as const;

/** What is wrong with an existing VPC: the resources, why it matters, how to mend it. */
function findings({ findings: found }: PlanSummary, post: (request: PlannerRequest) => void): TemplateResult {
  if (found.length === 0) return html``;
  const errors = found.filter(({ severity }) => severity === 'error').length;
  return html`<h2>The VPC</h2>
    <p class="muted">
      ${errors > 0 ? `${errors === 1 ? 'One thing keeps' : `${errors} things keep`} the cluster from working here.` : 'Nothing keeps the cluster from working here.'}
    </p>
    <div class="row actions">
      <vscode-button appearance="secondary" @click=${() => post({ type: 'copy-ticket' })}
        >Copy ticket for the network team</vscode-button
      >
      <vscode-button appearance="secondary" @click=${() => post({ type: 'save-ticket' })}>Save ticket…</vscode-button>
    </div>
    <ul class="findings">
      ${found.map(
        ({ severity, resources, attribute, seen, wanted, why, fix, path }) =>
          html`<li>
            <span class="codicon codicon-${findingIcons[severity]}" role="img" aria-label=${severity}></span>
            <div class="grow">
              <p>
                ${resources.map((resource, index) => html`${index > 0 ? ', ' : nothing}<span class="mono">${resource}</span>`)}
                <span class="muted">${attribute}</span>
              </p>
              <dl class="seen-needed">
                <dt>Seen</dt>
                <dd>${seen}</dd>
                <dt>Needed</dt>
                <dd>${wanted}</dd>
              </dl>
              <p class="muted">${why}</p>
              <p>${sentence(fix)}</p>
              ${
                path === undefined
                  ? nothing
                  : html`<button class="link" @click=${() => post({ type: 'reveal', path })}>Show in the file</button>`
              }
            </div>
          </li>`,
      )}
    </ul>`;
}

/** Steps as bars where they stand in time, the longest chain marked by word and colour. */
function critical(plan: PlanSummary): TemplateResult {
  const start = new Map<string, number>();
  for (const step of plan.steps) {
    const after = step.needs.map(
      id => (start.get(id) ?? 0) + (plan.steps.find(other => other.id === id)?.typicalSeconds ?? 0),
    );
    start.set(step.id, Math.max(0, ...after));
  }
  return html`<h2>Steps</h2>
    <ul class="bars">
      ${plan.steps.map(step => {
        const span = {
          'inset-inline-start': `${((start.get(step.id) ?? 0) / plan.totalSeconds) * 100}%`,
          'inline-size': `max(2px, ${(step.typicalSeconds / plan.totalSeconds) * 100}%)`,
        };
        return html`<li>
          <span class="bar-name">${step.title}</span>
          <span class="track" aria-hidden="true">
            <span class="bar ${step.onCriticalPath ? 'critical' : ''}" ${place(span)}></span>
          </span>
          <span class="number muted small">
            ${roughTime(step.typicalSeconds)}${step.onCriticalPath ? html`<span class="visually-hidden">, on the longest path</span>` : nothing}
          </span>
        </li>`;
      })}
    </ul>`;
}
