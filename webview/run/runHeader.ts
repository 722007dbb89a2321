import { html, nothing, type TemplateResult } from 'lit';
import type { RunOffer, RunPanelRequest, RunPanelState, RunStatus } from '../../src/protocol/runPanel.ts';
import { clockTime, roughTime } from '../components/format.ts';
import { isOver } from './runState.ts';

const words: Readonly<Record<RunStatus, { readonly word: string; readonly icon: string; readonly tone: string }>> = {
  running: { word: 'Running', icon: 'sync', tone: 'running' },
  cancelling: { word: 'Cancelling: what AWS has begun finishes', icon: 'sync', tone: 'running' },
  'waiting-for-sign-in': { word: 'Waiting for sign-in', icon: 'key', tone: 'failed' },
  done: { word: 'Done', icon: 'pass', tone: 'done' },
  failed: { word: 'Failed', icon: 'error', tone: 'failed' },
  cancelled: { word: 'Cancelled', icon: 'circle-slash', tone: 'cancelled' },
  interrupted: { word: 'Interrupted: nothing watches this run', icon: 'debug-disconnect', tone: 'failed' },
};

const verbs: Readonly<Record<RunPanelState['kind'], string>> = {
  create: 'Create',
  update: 'Update',
  upgrade: 'Upgrade',
  delete: 'Delete',
};

/** What this is, how it is, and the one thing to do next. */
export function runHeader(state: RunPanelState, now: number, post: (request: RunPanelRequest) => void): TemplateResult {
  const { word, icon, tone } = words[state.status];
  const elapsed = now - state.startedAt;
  const part = isOver(state) ? 1 : Math.min(0.98, elapsed / (state.expectedSeconds * 1000));
  const verb = state.rollsBack ? 'Roll back' : verbs[state.kind];
  const speed =
    state.clock.speed > 1
      ? html`<span class="tag" title="Time in this account is simulated">×${state.clock.speed}</span>`
      : nothing;
  return html`<header class="run-header">
    <div class="row">
      <div class="grow">
        <h1>${verb} ${state.cluster}</h1>
        <p class="muted">${state.account} · ${state.region} ${speed}</p>
      </div>
      <div class="row">
        <span>
          <span
            class="codicon codicon-${icon} status-${tone} ${icon === 'sync' ? 'spin' : ''}"
            aria-hidden="true"
          ></span>
          ${word}
        </span>
        <span class="number">${clockTime(elapsed)}</span>
        ${isOver(state) ? nothing : html`<span class="muted">of about ${roughTime(state.expectedSeconds)}</span>`}
        ${actions(state, post)}
      </div>
    </div>
    <progress class="overall tone-${tone}" max="1" .value=${part} aria-label="Progress of the run"></progress>
    <p class="visually-hidden" aria-live="polite">${spoken(state, word)}</p>
    ${state.summary && !state.failure ? html`<p class="summary">${state.summary}</p>` : nothing}
    ${
      state.past
        ? html`<div class="notice">
            <span class="codicon codicon-info" aria-hidden="true"></span><span>${state.past}</span>
          </div>`
        : nothing
    }
    ${
      state.remaining.length > 0
        ? html`<div class="notice">
            <span class="codicon codicon-info" aria-hidden="true"></span>
            <div>
              <p>What remains:</p>
              <ul>
                ${state.remaining.map(line => html`<li>${line}</li>`)}
              </ul>
            </div>
          </div>`
        : nothing
    }
  </header>`;
}

function actions(state: RunPanelState, post: (request: RunPanelRequest) => void): TemplateResult | typeof nothing {
  const button = (label: string, request: RunPanelRequest, primary = true) =>
    html`<vscode-button appearance=${primary ? 'primary' : 'secondary'} @click=${() => post(request)}
      >${label}</vscode-button
    >`;
  const offered = (offer: RunOffer) => state.offers.includes(offer);
  switch (state.status) {
    case 'running':
      return html`${isSlow(state) ? button('Why is this slow?', { type: 'explain' }, false) : nothing}
      ${button('Cancel', { type: 'cancel' }, false)}`;
    case 'waiting-for-sign-in':
      return html`${button('Sign in', { type: 'sign-in' })} ${button('Cancel', { type: 'cancel' }, false)}`;
    case 'done':
      return offered('connect') ? button('Connect', { type: 'connect' }) : nothing;
    case 'failed':
      // What failed has its own buttons.
      if (state.failure) return nothing;
      return offered('retry') ? button('Retry', { type: 'retry' }) : nothing;
    case 'interrupted':
    case 'cancelled':
      return html`${offered('resume') ? button('Resume', { type: 'resume' }) : nothing}
      ${offered('delete') ? button('Delete what was made', { type: 'delete' }, false) : nothing}`;
    case 'cancelling':
      return nothing;
  }
}

/** A step that runs is past its usual time; the run says so itself. */
function isSlow({ steps }: RunPanelState): boolean {
  return steps.some(({ slow }) => slow !== undefined);
}

/** Summaries are spoken, rows are not. */
function spoken(state: RunPanelState, word: string): string {
  const done = state.steps.filter(step => step.status === 'done').length;
  const running = state.steps.filter(step => step.status === 'running').map(step => step.title);
  return `${word}. ${done} of ${state.steps.length} steps done.${running.length > 0 ? ` Now: ${running.join(', ')}.` : ''}`;
}
