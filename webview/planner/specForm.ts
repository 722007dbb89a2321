import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PlannerState } from '../../src/protocol/planner.ts';
import { checkField, choiceField, listField, numberField, textField, type FieldContext } from './field.ts';
import { valueAt } from './formValue.ts';

const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The spec as a form. Only the name is asked; everything else has a default that makes a good cluster. */
export function specForm(context: FieldContext): TemplateResult {
  const { state } = context;
  const zones = valueAt(state, 'network.zones');
  const byId = Array.isArray(zones);
  return html`
    <section aria-labelledby="h-cluster">
      <h2 id="h-cluster" class="visually-hidden">Cluster</h2>
      ${textField(context, 'name', 'Name', { placeholder: 'payments' })}
      <div class="pair">
        ${choiceField(
          context,
          'region',
          'Region',
          state.regions.map(region => ({ value: region, label: region })),
        )}
        ${choiceField(
          context,
          'version',
          'Kubernetes version',
          state.versions.map(({ version, label }) => ({ value: version, label })),
        )}
      </div>
    </section>
    <section aria-labelledby="h-network">
      <h2 id="h-network">Network</h2>
      <p class="muted">A new VPC without a route to the internet.</p>
      <div class="pair">
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
      </div>
    </section>
    <section aria-labelledby="h-features">
      <h2 id="h-features">Workloads need</h2>
      <div class="checks">
        ${checkField(context, 'features.images', 'Pull images from ECR')}
        ${checkField(context, 'features.podIdentity', 'AWS credentials for pods (Pod Identity)')}
        ${checkField(context, 'features.irsa', 'AWS credentials for pods (IRSA)')}
        ${checkField(context, 'features.sessionManager', 'kubectl by Session Manager')}
        ${checkField(context, 'features.loadBalancers', 'Load balancers')}
        ${checkField(context, 'features.autoscaling', 'Autoscaling')}
        ${checkField(context, 'features.containerLogs', 'Container logs in CloudWatch')}
        ${checkField(context, 'features.metrics', 'Metrics in CloudWatch')}
        ${checkField(context, 'features.secrets', 'Secrets Manager')}
      </div>
    </section>
    <section aria-labelledby="h-nodes">
      <h2 id="h-nodes">Nodes</h2>
      ${groupNames(state).map(name => nodeGroupFields(context, name))}
    </section>
    <section aria-labelledby="h-access">
      <h2 id="h-access">Access</h2>
      ${listField(context, 'access.administrators', 'Administrators', {
        placeholder: 'arn:aws:iam::111122223333:role/platform',
        hint: 'IAM roles or users. Empty: whoever creates the cluster.',
      })}
    </section>
    <section aria-labelledby="h-logs">
      <h2 id="h-logs">Logs and keys</h2>
      <div class="checks" role="group" aria-label="Control-plane logs">
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
        ${choiceField(context, 'staging', 'Templates', [
          { value: 'auto', label: 'staged when large' },
          { value: 'always', label: 'always staged in S3' },
        ])}
      </div>
      ${keyField(context)} ${checkField(context, 'deletionProtection', 'Protect the cluster from deletion')}
    </section>
  `;
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

/** Groups of the file, or the one that there is when nothing is said. */
function groupNames(state: PlannerState): string[] {
  const groups = valueAt(state, 'nodes');
  return typeof groups === 'object' && groups !== null ? Object.keys(groups) : [];
}

function nodeGroupFields(context: FieldContext, name: string): TemplateResult {
  const path = (field: string) => `nodes.${name}.${field}`;
  return html`<div role="group" aria-label="Node group ${name}">
    <div class="pair">
      ${listField(context, path('instanceTypes'), 'Instance types', { placeholder: 't3.medium' })}
      ${choiceField(context, path('capacity'), 'Capacity', [
        { value: 'on-demand', label: 'on demand' },
        { value: 'spot', label: 'spot' },
      ])}
    </div>
    <div class="triple">
      ${numberField(context, path('minSize'), 'At least')} ${numberField(context, path('desiredSize'), 'Start with')}
      ${numberField(context, path('maxSize'), 'At most')}
    </div>
    ${numberField(context, path('diskGiB'), 'Disk, GiB')}
  </div>`;
}

function keyField(context: FieldContext): TemplateResult {
  const key = valueAt(context.state, 'encryption.key');
  const given = typeof key === 'string' && key.startsWith('arn:');
  return choiceField(context, 'encryption.key', 'Key of Kubernetes secrets', [
    { value: 'aws-owned', label: 'AWS-owned key' },
    { value: 'new', label: 'a new key of your own, for good' },
    ...(given ? [{ value: key, label: key }] : []),
  ]);
}
