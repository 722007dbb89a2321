import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Refusal } from '../../src/protocol/envelope.ts';
import type { PlannerChange, PlannerRequest, PlannerState } from '../../src/protocol/planner.ts';
import { roughTime, shortAccount, usd } from '../components/format.ts';
import { panelHost } from '../components/host.ts';
import { loading, refusalNotice } from '../components/notices.ts';
import { registerToolkit } from '../components/toolkit.ts';
import type { FieldContext } from './field.ts';
import { textAt, valueAt } from './formValue.ts';
import { planView } from './planView.ts';
import { specForm } from './specForm.ts';

const typingPauseMs = 400;

registerToolkit();
const host = panelHost<PlannerState, PlannerChange, PlannerRequest, { readonly uri?: string }>();

/** The planner: a form and the plan it gives. It holds no state but what the editor sent: the file is the truth. */
class Planner extends LitElement {
  static override properties = { state: { state: true }, refusal: { state: true } };
  declare state: PlannerState | undefined;
  declare refusal: Refusal | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    host.connect({
      snapshot: state => this.#show(state),
      change: state => this.#show(state),
      refusal: refusal => (this.refusal = refusal),
    });
  }

  protected override render(): TemplateResult {
    const { state, refusal } = this;
    if (!state) return loading('Create Private EKS', 'the file');
    const post = (request: PlannerRequest) => host.post(request);
    const context: FieldContext = {
      state,
      now: () => this.state ?? state,
      edit: this.#edit,
      editAll: edits => post({ type: 'edit', edits }),
      reveal: path => post({ type: 'reveal', path }),
      lookAgain: () => post({ type: 'reload-networks' }),
      soon: this.#soon,
    };
    const account = state.accounts.find(({ id }) => id === state.accountId);
    return html`
      <header class="row planner-header">
        <div class="grow">
          <h1>Create Private EKS</h1>
          <p class="muted">
            ${[state.fileName, account?.accountId && shortAccount(account.accountId), state.plan && textAt(state, 'region')].filter(Boolean).join(' · ')}
          </p>
        </div>
        <div class="field account">
          <span class="label" aria-hidden="true">Account</span>
          <vscode-dropdown
            aria-label="Account"
            .value=${live(state.accountId)}
            @change=${(event: Event) => post({ type: 'select-account', id: (event.target as HTMLSelectElement).value })}
          >
            ${state.accounts.map(({ id, label, description }) => html`<vscode-option value=${id}>${label} · ${description}</vscode-option>`)}
          </vscode-dropdown>
        </div>
      </header>
      <main>
        ${refusalNotice(refusal, () => (this.refusal = undefined))}
        ${
          account?.needsSignIn
            ? html`<div class="notice">
                <span class="codicon codicon-key" aria-hidden="true"></span>
                <span class="grow"
                  >The sign-in of ${account.label} has expired. The plan is made without the account until then.</span
                >
                <vscode-button @click=${() => post({ type: 'sign-in' })}>Sign in</vscode-button>
              </div>`
            : nothing
        }
        <div class="columns">
          <form @submit=${(event: Event) => event.preventDefault()}>${specForm(context)}</form>
          <aside aria-label="Plan">${planView(state, post)}</aside>
        </div>
      </main>
      <footer class="row">
        <vscode-button appearance="secondary" @click=${() => post({ type: 'open-yaml' })}>Open as YAML</vscode-button>
        <vscode-button
          appearance="secondary"
          ?disabled=${!state.plan}
          @click=${() => post({ type: 'export-templates' })}
        >
          Export templates
        </vscode-button>
        <div class="footer-act">
          ${
            state.plan
              ? html`<span class="muted" id="create-note"
                  >${state.blocked !== undefined ? state.blocked : `about ${roughTime(state.plan.totalSeconds)} · about ${usd(state.plan.monthlyUsd)} USD a month`}</span
                >`
              : nothing
          }
          ${
            state.runningRunId
              ? html`<vscode-button @click=${() => post({ type: 'show-run' })}>Show the run</vscode-button>`
              : html`<vscode-button
                  ?disabled=${!state.plan || state.blocked !== undefined}
                  title=${state.blocked ?? nothing}
                  @click=${() => post({ type: 'create' })}
                  >Create…</vscode-button
                >`
          }
        </div>
      </footer>
    `;
  }

  /** Compared with the newest state: the toolkit tells a change of a field, too, that the file itself has brought. */
  readonly #edit = (path: string, value: unknown): void => {
    if (!this.state || JSON.stringify(valueAt(this.state, path) ?? null) === JSON.stringify(value)) return;
    host.post({ type: 'edit', edits: [{ path, value }] });
  };

  readonly #soon = (action: () => void): void => {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(action, typingPauseMs);
  };

  #show(state: PlannerState): void {
    this.state = state;
    host.keep({ uri: state.uri });
  }
}

customElements.define('pe-planner', Planner);
