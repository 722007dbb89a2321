import { PrivateEksError } from '../../errors.ts';
import type { RouteReport } from './route.ts';

/** What is said when no way was found: every way that was tried, and what mends the likeliest. */
export function noRouteError({ findings }: RouteReport, cluster: { readonly name: string; readonly vpcId: string }) {
  const tried = findings.filter(({ verdict }) => verdict === 'unusable' || verdict === 'needs-consent');
  const offer = tried.find(({ verdict }) => verdict === 'needs-consent');
  // A node that is about to come online costs nothing; the direct way is mended by others.
  const likeliest = tried.find(({ kind }) => kind === 'instance') ?? tried[0];
  const fixes = [likeliest?.fix, offer && offer !== likeliest ? 'Or start a bastion.' : undefined];
  const fix = fixes
    .filter(text => text !== undefined)
    .join(' ')
    .replace(/ Or start a bastion\.( Or start a bastion\.)+$/, ' Or start a bastion.');
  return new PrivateEksError(
    'no-route',
    `There is no way into ${cluster.vpcId} of ${cluster.name}. ${tried.map(({ summary }) => summary).join(' ')}`.trim(),
    { retryable: true, ...(fix ? { fix } : {}) },
  );
}
