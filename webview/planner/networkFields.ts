import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { choiceField, listField, moreFields, textField, type FieldContext } from './field.ts';
import { existingVpc, groupOffers } from './existingVpcFields.ts';
import { isSaid, valueAt } from './formValue.ts';

/** A new VPC with its blocks, or an existing one with its subnets; and who may reach the API endpoint. */
export function networkFields(context: FieldContext): TemplateResult {
  const existing = isSaid(context.state, 'network.vpc');
  const seldom = [
    ...(existing ? [] : ['network.podCidr']),
    'network.ipFamily',
    'network.serviceCidr',
    'network.apiAccess',
  ];
  return html`
    ${whichVpc(context, existing)} ${existing ? existingVpc(context) : newVpc(context)}
    ${moreFields(
      context,
      'Addresses of pods and services, API access',
      seldom,
      html`
        <div class="pair">
          ${choiceField(context, 'network.ipFamily', 'Pods and services', [
            { value: 'ipv4', label: 'IPv4' },
            { value: 'ipv6', label: 'IPv6' },
          ])}
          ${textField(context, 'network.serviceCidr', 'Range of services', { placeholder: '172.20.0.0/16' })}
        </div>
        ${
          existing
            ? ''
            : textField(context, 'network.podCidr', 'Range of pods', {
                placeholder: '100.64.0.0/16',
                hint: 'A second block of the VPC. Empty: pods share the first.',
              })
        }
        ${listField(context, 'network.apiAccess.cidrs', 'Ranges that may reach the API', {
          placeholder: '10.8.0.0/16',
          hint: 'By VPN, Direct Connect, peering or transit gateway.',
        })}
        ${listField(context, 'network.apiAccess.securityGroups', 'Security groups that may reach the API', {
          placeholder: 'sg-0a1b2c3d4e5f67890',
        })}
        ${groupOffers(context)}
      `,
    )}
  `;
}

/** Changing it takes out what has no meaning then, in one step that undo brings back. */
function whichVpc(context: FieldContext, existing: boolean): TemplateResult {
  const choose = (event: Event) => {
    const wanted = (event.target as HTMLSelectElement).value === 'existing';
    if (wanted === isSaid(context.now(), 'network.vpc')) return;
    const removed = ['network.cidr', 'network.podCidr', 'network.zones'].map(path => ({ path, value: null }));
    context.editAll(
      wanted
        ? [...removed, { path: 'network.vpc', value: { id: '', subnets: [] } }]
        : [{ path: 'network.vpc', value: null }],
    );
  };
  return html`<div class="field">
    <span class="label" aria-hidden="true">VPC</span>
    <vscode-dropdown aria-label="VPC" .value=${live(existing ? 'existing' : 'new')} @change=${choose}>
      <vscode-option value="new">a new one, without a route to the internet</vscode-option>
      <vscode-option value="existing">an existing one</vscode-option>
    </vscode-dropdown>
  </div>`;
}

function newVpc(context: FieldContext): TemplateResult {
  const byId = Array.isArray(valueAt(context.state, 'network.zones'));
  return html`<div class="pair">
    ${textField(context, 'network.cidr', 'Address range', { placeholder: '10.40.0.0/16' })}
    ${
      byId
        ? listField(context, 'network.zones', 'Zones by id')
        : choiceField(
            context,
            'network.zones',
            'Zones',
            ['2', '3', '4'].map(value => ({ value, label: `${value} zones` })),
            { read: Number },
          )
    }
  </div>`;
}
