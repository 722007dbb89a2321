import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PlannerState } from '../../src/protocol/planner.ts';
import { checkField, choiceField, fileField, listField, moreFields, textField, type FieldContext } from './field.ts';
import { namesAt, textAt, valueAt } from './formValue.ts';
import { labelsText, readLabels } from './shorthand.ts';

const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function accessFields(context: FieldContext): TemplateResult {
  const identities = valueAt(context.state, 'access.podIdentities');
  const count = Array.isArray(identities) ? identities.length : 0;
  return html`${listField(context, 'access.administrators', 'Administrators', {
    placeholder: 'arn:aws:iam::111122223333:role/platform',
    hint: 'IAM roles or users. Empty: whoever creates the cluster.',
  })}
  ${fileField(context, 'access.podIdentities', 'Roles for pods', count === 0 ? 'none' : `${count} by Pod Identity`)}`;
}

export function keyAndLogFields(context: FieldContext): TemplateResult {
  return html`<div class="checks" role="group" aria-label="Control-plane logs">
      ${logTypes.map(type => logCheck(context, type))}
    </div>
    <div class="pair">
      ${choiceField(
        context,
        'logs.retentionDays',
        'Keep logs for',
        retentions.map(days => ({ value: String(days), label: `${days} days` })),
        { read: Number },
      )}
      ${keyChoice(context)}
    </div>
    ${checkField(context, 'deletionProtection', 'Protect the cluster from deletion')}`;
}

export function controlPlaneFields(context: FieldContext): TemplateResult {
  const addons = namesAt(context.state, 'addons');
  return moreFields(
    context,
    'Control plane, add-ons, tags',
    ['controlPlane', 'addons', 'tags', 'staging'],
    html`
      <div class="pair">
        ${choiceField(context, 'controlPlane.support', 'When standard support ends', [
          { value: 'extended', label: 'go on, at six times the price' },
          { value: 'standard', label: 'let EKS upgrade by itself' },
        ])}
        ${choiceField(context, 'controlPlane.tier', 'Size', [
          { value: 'standard', label: 'standard' },
          ...['tier-xl', 'tier-2xl', 'tier-4xl', 'tier-8xl'].map(value => ({ value, label: `${value}, dearer` })),
        ])}
      </div>
      <div class="pair">
        ${choiceField(
          context,
          'controlPlane.egress',
          'Its own calls leave by',
          [
            { value: 'aws-managed', label: 'AWS’s network' },
            { value: 'customer-routed', label: 'the VPC’s routes, for good' },
            { value: 'customer-isolated', label: 'the VPC alone, for good' },
          ],
          { hint: 'Webhooks and OIDC issuers.' },
        )}
        ${choiceField(context, 'staging', 'Templates', [
          { value: 'auto', label: 'staged when large' },
          { value: 'always', label: 'always staged in S3' },
        ])}
      </div>
      ${checkField(context, 'controlPlane.zonalShift', 'Shift traffic away from an impaired zone')}
      ${fileField(context, 'addons', 'Add-ons', addons.length === 0 ? 'those that come by themselves' : addons.join(', '))}
      ${textField(context, 'tags', 'Tags', { placeholder: 'owner=platform', write: labelsText, read: readLabels })}
    `,
  );
}

function logCheck(context: FieldContext, type: (typeof logTypes)[number]): TemplateResult {
  const chosen = (state: PlannerState): readonly unknown[] => {
    const value = valueAt(state, 'logs.types');
    return Array.isArray(value) ? value : [];
  };
  const toggle = (event: Event) => {
    const on = (event.target as HTMLInputElement).checked;
    const before = chosen(context.now());
    // The toolkit tells of a change that the file itself has brought, too.
    if (on === before.includes(type)) return;
    context.edit(
      'logs.types',
      logTypes.filter(other => (other === type ? on : before.includes(other))),
    );
  };
  return html`<div class="field check">
    <vscode-checkbox .checked=${live(chosen(context.state).includes(type))} @change=${toggle}
      >${type} log</vscode-checkbox
    >
  </div>`;
}

function keyChoice(context: FieldContext): TemplateResult {
  const key = valueAt(context.state, 'encryption.key');
  const label = 'Key of Kubernetes secrets';
  if (typeof key === 'string' && key.startsWith('arn:'))
    return textField(context, 'encryption.key', label, { hint: 'Its ARN. Empty: the key that AWS owns.' });
  return choiceField(context, 'encryption.key', label, [
    { value: 'aws-owned', label: 'AWS-owned key' },
    { value: 'new', label: 'a new key of your own, for good' },
    { value: `arn:aws:kms:${textAt(context.state, 'region')}:`, label: 'a key that exists, for good…' },
  ]);
}
