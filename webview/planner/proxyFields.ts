import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { listField, moreFields, numberField, problemNotes, textField, type FieldContext } from './field.ts';
import { isSaid } from './formValue.ts';

type Way = 'none' | 'reached' | 'shared';
/** What each choice begins with; the other way's fields have no meaning then. */
const beginnings: Readonly<Record<Way, unknown>> = {
  none: null,
  reached: { url: '' },
  shared: { endpointService: '' },
};

/** A proxy for the nodes: none, one that the VPC reaches, or one that another VPC shares. */
export function proxyFields(context: FieldContext): TemplateResult {
  const way = wayOf(context.state);
  const choose = (event: Event) => {
    const wanted = (event.target as HTMLSelectElement).value as Way;
    if (wanted === wayOf(context.now())) return;
    context.edit('proxy', beginnings[wanted]);
  };
  return moreFields(
    context,
    'A proxy for the nodes',
    ['proxy'],
    html`
      <div class="field" id="field-proxy" data-path="proxy">
        <span class="label" aria-hidden="true">Proxy</span>
        <vscode-dropdown aria-label="Proxy" .value=${live(way)} @change=${choose}>
          <vscode-option value="none">none</vscode-option>
          <vscode-option value="reached">one that the VPC reaches</vscode-option>
          <vscode-option value="shared">one in another VPC, by PrivateLink</vscode-option>
        </vscode-dropdown>
        ${problemNotes(ownProblems(context.state), 'proxy', 'For images and packages from beyond the VPC.')}
      </div>
      ${way === 'none' ? '' : ownFields(context, way)}
    `,
  );
}

function ownFields(context: FieldContext, way: Exclude<Way, 'none'>): TemplateResult {
  return html`
    ${
      way === 'reached'
        ? textField(context, 'proxy.url', 'Its URL', { placeholder: 'http://proxy.example.internal:3128' })
        : html`${textField(context, 'proxy.endpointService', 'Its endpoint service', {
            placeholder: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f67890',
          })}
          ${numberField(context, 'proxy.port', 'Port', 'Where the service’s load balancer listens; 3128 unless said.')}`
    }
    ${listField(context, 'proxy.noProxy', 'Reached without it, too', {
      placeholder: '.corp.example, 10.0.0.0/8',
      hint: 'The VPC, the cluster and what has an endpoint are so by themselves.',
    })}
  `;
}

function wayOf(state: FieldContext['state']): Way {
  if (!isSaid(state, 'proxy')) return 'none';
  return isSaid(state, 'proxy.endpointService') ? 'shared' : 'reached';
}

/** What is wrong with the choice itself; of what lies below it, its fields tell. */
function ownProblems(state: FieldContext['state']): FieldContext['state'] {
  return { ...state, problems: state.problems.filter(({ path }) => path === 'proxy') };
}
