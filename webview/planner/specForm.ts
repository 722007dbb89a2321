import { html, type TemplateResult } from 'lit';
import { accessFields, controlPlaneFields, keyAndLogFields } from './accountFields.ts';
import { checkField, choiceField, listField, moreFields, textField, type FieldContext } from './field.ts';
import { networkFields } from './networkFields.ts';
import { computeFields } from './nodeFields.ts';
import { proxyFields } from './proxyFields.ts';

/** The spec as a form. Only the name is asked; everything else has a default that makes a good cluster. */
export function specForm(context: FieldContext): TemplateResult {
  const { state } = context;
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
      ${networkFields(context)} ${proxyFields(context)}
    </section>
    <section aria-labelledby="h-features">
      <h2 id="h-features">Workloads need</h2>
      ${featureFields(context)}
    </section>
    <section aria-labelledby="h-nodes">
      <h2 id="h-nodes">Nodes</h2>
      ${computeFields(context)}
    </section>
    <section aria-labelledby="h-access">
      <h2 id="h-access">Access</h2>
      ${accessFields(context)}
    </section>
    <section aria-labelledby="h-logs">
      <h2 id="h-logs">Logs and keys</h2>
      ${keyAndLogFields(context)} ${controlPlaneFields(context)}
    </section>
  `;
}

const usual = {
  images: 'Pull images from ECR',
  podIdentity: 'AWS credentials for pods (Pod Identity)',
  irsa: 'AWS credentials for pods (IRSA)',
  sessionManager: 'kubectl by Session Manager',
  loadBalancers: 'Load balancers',
  autoscaling: 'Autoscaling',
  containerLogs: 'Container logs in CloudWatch',
  metrics: 'Metrics in CloudWatch',
  secrets: 'Secrets Manager',
} as const;
const more = {
  ebs: 'Volumes from EBS',
  efs: 'Volumes from EFS',
  fsx: 'Volumes from FSx',
  karpenter: 'Karpenter',
  kms: 'KMS',
  xray: 'X-Ray',
  prometheus: 'Managed Prometheus',
  externalDns: 'external-dns',
  eksApi: 'The EKS API',
  oidcDiscovery: 'OIDC discovery',
} as const;

function featureFields(context: FieldContext): TemplateResult {
  const checks = (features: Readonly<Record<string, string>>) =>
    html`<div class="checks">
      ${Object.entries(features).map(([name, label]) => checkField(context, `features.${name}`, label))}
    </div>`;
  const paths = [...Object.keys(more).map(name => `features.${name}`), 'endpoints'];
  return html`${checks(usual)}
  ${moreFields(
    context,
    'More, and other endpoints',
    paths,
    html`${checks(more)}
      <div class="pair">
        ${listField(context, 'endpoints.extra', 'More endpoints', { placeholder: 'execute-api, acm-pca' })}
        ${listField(context, 'endpoints.reachable', 'Reached in another way', {
          placeholder: 'sts',
          hint: 'Nothing is made for these.',
        })}
      </div>
      ${choiceField(context, 'endpoints.policy', 'Endpoint policies', [
        { value: 'open', label: 'open, as AWS makes them' },
        { value: 'account', label: 'this account’s principals alone' },
      ])}`,
  )}`;
}
