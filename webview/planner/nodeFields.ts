import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { choiceField, checkField, listField, moreFields, numberField, textField, type FieldContext } from './field.ts';
import { formPath } from './formPath.ts';
import { isSaid, namesAt, nodeGroupNames } from './formValue.ts';
import { labelsText, readLabels, readSelectors, readTaints, selectorsText, taintsText } from './shorthand.ts';

/** What pods run on: groups of nodes, Fargate, Auto Mode. */
export function computeFields(context: FieldContext): TemplateResult {
  const { state } = context;
  const groups = nodeGroupNames(state);
  const profiles = namesAt(state, 'fargate');
  const removable = groups.length > 1 || profiles.length > 0 || isSaid(state, 'autoMode');
  return html`
    ${groups.map(name => groupFields(context, name, removable && isSaid(state, formPath('nodes', name))))}
    ${profiles.map(name => profileFields(context, name))}
    <div class="row actions">
      <vscode-button appearance="secondary" @click=${() => addGroup(context)}>Add a node group</vscode-button>
      <vscode-button appearance="secondary" @click=${() => addProfile(context)}>Add a Fargate profile</vscode-button>
    </div>
    ${autoModeField(context)}
  `;
}

/** The group that there is when nothing is said has to be said once there is another thing to run on. */
function implicitGroup(context: FieldContext): { path: string; value: unknown }[] {
  const state = context.now();
  const implicit = !isSaid(state, 'nodes') && nodeGroupNames(state).length > 0;
  return implicit ? [{ path: 'nodes.default', value: { instanceTypes: ['t3.medium'] } }] : [];
}

function freeName(taken: readonly string[], stem: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

function addGroup(context: FieldContext): void {
  const name = freeName(nodeGroupNames(context.now()), 'more');
  const path = formPath('nodes', name);
  context.editAll([...implicitGroup(context), { path, value: { instanceTypes: ['t3.medium'] } }]);
}

function addProfile(context: FieldContext): void {
  const name = freeName(namesAt(context.now(), 'fargate'), 'apps');
  const path = formPath('fargate', name);
  context.editAll([...implicitGroup(context), { path, value: { selectors: [{ namespace: name }] } }]);
}

function autoModeField(context: FieldContext): TemplateResult {
  const on = isSaid(context.state, 'autoMode');
  const toggle = (event: Event) => {
    const wanted = (event.target as HTMLInputElement).checked;
    if (wanted === isSaid(context.now(), 'autoMode')) return;
    context.editAll([{ path: 'autoMode', value: wanted ? { nodePools: ['general-purpose', 'system'] } : null }]);
  };
  return html`<div class="field check" data-path="autoMode">
      <vscode-checkbox .checked=${live(on)} @change=${toggle}>EKS Auto Mode: AWS runs the nodes</vscode-checkbox>
    </div>
    ${
      on
        ? listField(context, 'autoMode.nodePools', 'Node pools', {
            write: pools => (Array.isArray(pools) ? pools.map(String).join(', ') : 'general-purpose, system'),
          })
        : nothing
    }`;
}

/** Name, and what can be done with it as a whole. */
function heading(context: FieldContext, path: string, title: string, removable: boolean): TemplateResult {
  return html`<div class="row group-heading">
    <h3 class="grow">${title}</h3>
    <button class="link" aria-label="Edit in the file: ${title}" @click=${() => context.reveal(path)}>
      Edit in the file
    </button>
    ${
      removable
        ? html`<button
            class="link"
            aria-label="Remove ${title}"
            @click=${() => context.editAll([{ path, value: null }])}
          >
            Remove
          </button>`
        : nothing
    }
  </div>`;
}

function groupFields(context: FieldContext, name: string, removable: boolean): TemplateResult {
  const path = (field: string) => formPath('nodes', name, field);
  const seldom = ['kind', 'os', 'ami', 'labels', 'taints', 'repair'].map(path);
  return html`<div role="group" class="group" aria-label="Node group ${name}">
    ${heading(context, formPath('nodes', name), name, removable)}
    <div class="pair">
      ${listField(context, path('instanceTypes'), 'Instance types', { placeholder: 't3.medium' })}
      ${choiceField(context, path('capacity'), 'Capacity', [
        { value: 'on-demand', label: 'on demand' },
        { value: 'spot', label: 'spot' },
      ])}
    </div>
    <div class="quad">
      ${numberField(context, path('minSize'), 'At least')} ${numberField(context, path('desiredSize'), 'Start with')}
      ${numberField(context, path('maxSize'), 'At most')} ${numberField(context, path('diskGiB'), 'Disk, GiB')}
    </div>
    ${moreFields(
      context,
      'System, labels and taints',
      seldom,
      html`
        <div class="pair">
          ${choiceField(context, path('kind'), 'Kind', [
            { value: 'managed', label: 'managed by EKS' },
            { value: 'self-managed', label: 'self-managed' },
          ])}
          ${choiceField(context, path('os'), 'System', [
            { value: 'al2023', label: 'Amazon Linux 2023' },
            { value: 'bottlerocket', label: 'Bottlerocket' },
          ])}
        </div>
        ${textField(context, path('ami'), 'Image', {
          placeholder: 'ami-0a1b2c3d4e5f67890',
          hint: 'Empty: EKS’s image for version, system and processor.',
        })}
        ${textField(context, path('labels'), 'Labels', {
          placeholder: 'example.com/team=payments',
          write: labelsText,
          read: readLabels,
        })}
        ${textField(context, path('taints'), 'Taints', {
          placeholder: 'dedicated=gpu:NoSchedule',
          write: taintsText,
          read: readTaints,
        })}
        ${checkField(context, path('repair'), 'Replace nodes that stay unhealthy')}
      `,
    )}
  </div>`;
}

function profileFields(context: FieldContext, name: string): TemplateResult {
  return html`<div role="group" class="group" aria-label="Fargate profile ${name}">
    ${heading(context, formPath('fargate', name), `${name}, on Fargate`, true)}
    ${textField(context, formPath('fargate', name, 'selectors'), 'Pods of', {
      placeholder: 'apps; jobs compute=fargate',
      hint: 'Namespaces, each with labels if need be, separated by semicolons.',
      write: selectorsText,
      read: readSelectors,
    })}
  </div>`;
}
