import { html, nothing, type TemplateResult } from 'lit';
import type { Refusal } from '../../src/protocol/envelope.ts';
import { sentence } from './sentence.ts';

/** What a panel shows until the editor has sent its state. */
export function loading(heading: string, what: string): TemplateResult {
  return html`<main class="loading">
    <h1 class="visually-hidden">${heading}</h1>
    <p class="muted"><span class="codicon codicon-loading spin" aria-hidden="true"></span> Reading ${what}…</p>
  </main>`;
}

/** What the editor did not do and why, until it is dismissed. */
export function refusalNotice(refusal: Refusal | undefined, dismiss: () => void): TemplateResult | typeof nothing {
  if (!refusal) return nothing;
  return html`<div class="notice error" role="alert">
    <span class="grow">${refusal.message} ${sentence(refusal.fix ?? '')}</span>
    <vscode-button appearance="icon" aria-label="Dismiss" @click=${dismiss}>
      <span class="codicon codicon-close"></span>
    </vscode-button>
  </div>`;
}
