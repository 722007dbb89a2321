import { html, nothing, type TemplateResult } from 'lit';
import type { FailureView, RunPanelRequest } from '../../src/protocol/runPanel.ts';

/** The first cause: what happened, where, why it matters, what to do; AWS's own words one click away. */
export function failureCard(
  failure: FailureView,
  over: boolean,
  post: (request: RunPanelRequest) => void,
): TemplateResult {
  return html`<section class="failure" aria-label="What went wrong">
    <span class="codicon codicon-error status-failed" aria-hidden="true"></span>
    <div class="grow">
      <h2>${failure.what}</h2>
      <p class="muted">${[failure.resource, failure.stackName].filter(Boolean).join(' · ')}</p>
      <p>${failure.why}</p>
      ${
        failure.evidence.length > 0
          ? html`<ul class="evidence">
              ${failure.evidence.map(line => html`<li class="mono">${line}</li>`)}
            </ul>`
          : nothing
      }
      <p class="fix"><span class="codicon codicon-lightbulb" aria-hidden="true"></span> ${failure.fix}</p>
      ${
        failure.awsMessage
          ? html`<details>
              <summary>AWS’s own words</summary>
              <p class="mono aws-words">${failure.awsMessage}</p>
            </details>`
          : nothing
      }
      <div class="row actions">
        ${over ? html`<vscode-button @click=${() => post({ type: 'retry' })}>Retry</vscode-button>` : nothing}
        <vscode-button appearance="secondary" @click=${() => post({ type: 'open-spec' })}>
          ${failure.specPath ? 'Fix in the file' : 'Open the file'}
        </vscode-button>
        ${
          over
            ? html`<vscode-button appearance="secondary" @click=${() => post({ type: 'delete' })}
                >Delete what was made</vscode-button
              >`
            : nothing
        }
        <vscode-button appearance="secondary" @click=${() => post({ type: 'copy', what: 'support' })}>
          Copy for support
        </vscode-button>
      </div>
    </div>
  </section>`;
}
