import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { NetworkChoices, PlannerState } from '../../src/protocol/planner.ts';
import { fieldId, listField, problemNotes, textField, type FieldContext } from './field.ts';
import { textAt, valueAt } from './formValue.ts';

type Listed = Extract<NetworkChoices, { state: 'ready' }>;
type Subnet = Listed['subnets'][number];
/** A list longer than this is no help. */
const mostOffers = 200;

/** The account's VPCs with their subnets, to choose from; ids to type where they cannot be listed. */
export function existingVpc(context: FieldContext): TemplateResult {
  const { networks } = context.state;
  switch (networks.state) {
    case 'none':
      return html`<p class="muted">With an account chosen above, its VPCs are offered here.</p>
        ${typedIds(context)}`;
    case 'loading':
      return html`<p class="muted offers-state" role="status">
        <span class="codicon codicon-sync spin" aria-hidden="true"></span> Looking at the VPCs of
        ${textAt(context.state, 'region')}…
      </p>`;
    case 'refused':
      return html`<div class="notice" role="status">
          <span class="codicon codicon-warning" aria-hidden="true"></span>
          <span class="grow">${networks.message} Their ids can be typed.</span>
          ${again(context)}
        </div>
        ${typedIds(context)}`;
    case 'ready':
      return networks.vpcs.length === 0
        ? html`<div class="notice" role="status">
              <span class="codicon codicon-info" aria-hidden="true"></span>
              <span class="grow">There is no VPC in ${textAt(context.state, 'region')} of this account.</span>
              ${again(context)}
            </div>
            ${typedIds(context)}`
        : html`${vpcChoice(context, networks)} ${subnetChoices(context, networks)}`;
  }
}

/** Groups of the chosen VPC that may reach the API: added to those in the field above. */
export function groupOffers(context: FieldContext): TemplateResult | typeof nothing {
  const { networks } = context.state;
  const path = 'network.apiAccess.securityGroups';
  const chosen = (state: PlannerState): readonly unknown[] => listAt(state, path);
  const groups = networks.state === 'ready' ? (networks.groups ?? []) : [];
  const offers = groups.filter(({ id }) => !chosen(context.state).includes(id)).slice(0, mostOffers);
  if (offers.length === 0) return nothing;
  const add = (event: Event) => {
    const id = (event.target as HTMLSelectElement).value;
    if (id === '' || chosen(context.now()).includes(id)) return;
    context.edit(path, [...chosen(context.now()), id]);
  };
  return html`<div class="field">
    <vscode-dropdown aria-label="Add a security group of this VPC" .value=${live('')} @change=${add}>
      <vscode-option value="">Add one of this VPC…</vscode-option>
      ${offers.map(({ id, name }) => html`<vscode-option value=${id}>${name} · ${id}</vscode-option>`)}
    </vscode-dropdown>
  </div>`;
}

function again(context: FieldContext): TemplateResult {
  return html`<button class="link" @click=${context.lookAgain}>Look again</button>`;
}

function typedIds(context: FieldContext): TemplateResult {
  return html`
    ${textField(context, 'network.vpc.id', 'VPC id', {
      placeholder: 'vpc-0a1b2c3d4e5f67890',
      read: text => text.trim(),
    })}
    ${listField(context, 'network.vpc.subnets', 'Private subnets', {
      placeholder: 'subnet-0a1b2c3d4e5f67890, subnet-0b1c2d3e4f5a67891',
      hint: 'In two zones at least. What the VPC has is adopted; nothing of it is deleted.',
      read: text => text.split(/[\s,]+/).filter(Boolean),
    })}
  `;
}

/** Another VPC brings other subnets: a sensible few of them are taken in the same step. */
function vpcChoice(context: FieldContext, { vpcs }: Listed): TemplateResult {
  const path = 'network.vpc.id';
  const current = textAt(context.state, path);
  const choose = (event: Event) => {
    const id = (event.target as HTMLSelectElement).value;
    const vpc = vpcs.find(found => found.id === id);
    if (!vpc || id === textAt(context.now(), path)) return;
    context.editAll([{ path: 'network.vpc', value: { id, subnets: vpc.suggested } }]);
  };
  const known = vpcs.some(({ id }) => id === current);
  return html`<div class="field" id=${fieldId(path)} data-path=${path}>
    <span class="label" aria-hidden="true">Which VPC</span>
    <vscode-dropdown aria-label="Which VPC" .value=${live(current)} @change=${choose}>
      ${
        known
          ? nothing
          : html`<vscode-option value=${current}
              >${current === '' ? 'choose…' : `${current}, not to be seen here`}</vscode-option
            >`
      }
      ${vpcs.map(
        ({ id, name, cidrs, subnets }) =>
          html`<vscode-option value=${id}
            >${[name || 'no name', id, cidrs.join(', '), subnets === 1 ? '1 subnet' : `${subnets} subnets`].join(' · ')}</vscode-option
          >`,
      )}
    </vscode-dropdown>
    ${current === '' ? nothing : problemNotes(context.state, path, undefined)}
  </div>`;
}

function subnetChoices(context: FieldContext, { vpcs, subnets }: Listed): TemplateResult | typeof nothing {
  const path = 'network.vpc.subnets';
  const id = textAt(context.state, 'network.vpc.id');
  const chosen = (state: PlannerState) => listAt(state, path);
  if (id === '' || !vpcs.some(vpc => vpc.id === id)) return nothing;
  if (subnets.length === 0) return html`<p class="muted">This VPC has no subnets.</p>`;
  const unseen = chosen(context.state).filter(item => !subnets.some(subnet => subnet.id === item));
  const toggle = (subnet: Subnet) => (event: Event) => {
    const on = (event.target as HTMLInputElement).checked;
    const before = chosen(context.now());
    // The toolkit tells of a change that the file itself has brought, too.
    if (on === before.includes(subnet.id)) return;
    context.edit(path, on ? [...before, subnet.id] : before.filter(item => item !== subnet.id));
  };
  return html`<div class="field" id=${fieldId(path)} data-path=${path} role="group" aria-label="Subnets">
    <span class="label" aria-hidden="true">Subnets</span>
    ${subnets.map(
      subnet =>
        html`<div class="subnet">
          <vscode-checkbox
            .checked=${live(chosen(context.state).includes(subnet.id))}
            ?disabled=${subnet.zoneRefused && !chosen(context.state).includes(subnet.id)}
            @change=${toggle(subnet)}
            >${subnet.name || subnet.id}
            <span class="muted"
              >${subnet.zone} · ${subnet.cidr} · ${subnet.freeAddresses} free ·
              ${
                subnet.reach === 'public'
                  ? html`<span class="codicon codicon-globe" aria-hidden="true"></span> public`
                  : subnet.reach === 'private'
                    ? 'private'
                    : 'routes not to be seen'
              }${subnet.zoneRefused ? ' · EKS takes no subnet of this zone' : ''}</span
            ></vscode-checkbox
          >
        </div>`,
    )}
    ${unseen.length > 0 ? html`<p class="muted">And in the file: ${unseen.join(', ')}</p>` : nothing}
    ${problemNotes(context.state, path, 'In two zones at least. What the VPC has is adopted; nothing of it is deleted.')}
  </div>`;
}

function listAt(state: PlannerState, path: string): readonly unknown[] {
  const value = valueAt(state, path);
  return Array.isArray(value) ? value : [];
}
