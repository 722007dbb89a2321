import { html, nothing, type TemplateResult } from 'lit';
import type { FailureView, RunPanelRequest, RunPanelState } from '../../src/protocol/runPanel.ts';
import { sentence } from '../components/sentence.ts';

/** The first cause: what happened, where, why it matters, what to do; AWS's own words one click away. */
export function failureCard(
  failure: FailureView,
  { status, hasFile, offers, past }: Pick<RunPanelState, 'status' | 'hasFile' | 'offers' | 'past'>,
  post: (request: RunPanelRequest) => void,
): TemplateResult {
  const button = (label: string, request: RunPanelRequest) =>
    html`<vscode-button appearance="secondary" @click=${() => post(request)}>${label}</vscode-button>`;
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
      ${
        // Of a run that nobody can carry on there is nothing to mend any more.
        past === undefined
          ? html`<p class="fix">
              <span class="codicon codicon-lightbulb" aria-hidden="true"></span> ${sentence(failure.fix)}
            </p>`
          : nothing
      }
      ${
        failure.awsMessage
          ? html`<details>
              <summary>AWS’s own words</summary>
              <p class="mono aws-words">${failure.awsMessage}</p>
            </details>`
          : nothing
      }
      <div class="row actions">
        ${
          offers.includes('retry')
            ? html`<vscode-button @click=${() => post({ type: 'retry' })}>Retry</vscode-button>`
            : nothing
        }
        ${offers.includes('roll-back') ? button('Roll back', { type: 'roll-back' }) : nothing}
        ${hasFile ? button(failure.specPath ? 'Fix in the file' : 'Open the file', { type: 'open-spec' }) : nothing}
        ${
          // The header has it where the run was not ended by what failed.
          status === 'failed' && offers.includes('delete')
            ? button('Delete what was made', { type: 'delete' })
            : nothing
        }
        ${button('Copy for support', { type: 'copy', what: 'support' })}
      </div>
    </div>
  </section>`;
}
