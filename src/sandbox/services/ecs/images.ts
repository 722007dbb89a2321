export interface EcrImage {
  readonly host: string;
  readonly accountId: string;
  readonly region: string;
  readonly repository: string;
  /** Tag or digest. */
  readonly reference: string;
}

const ecr =
  /^((\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)\/([^:@]+)(?::([\w.-]+)|@(sha256:[0-9a-f]{64}))?$/;

/** Of an image that is not in ECR: its full reference, and where its manifest is asked for. */
export function parseImage(image: string): EcrImage | { readonly ref: string; readonly url: string } {
  const [, host, accountId, region, repository, tag, digest] = ecr.exec(image) ?? [];
  if (host && accountId && region && repository)
    return { host, accountId, region, repository, reference: tag ?? digest ?? 'latest' };
  const [, name = '', reference = 'latest'] = /^(.+?)(?::([\w.-]+)|@.+)?$/.exec(image) ?? [];
  const [first = '', ...rest] = name.split('/');
  const named = rest.length > 0 && /[.:]/.test(first);
  const path = named ? rest.join('/') : rest.length > 0 ? name : `library/${name}`;
  const registry = named ? first : 'registry-1.docker.io';
  return {
    ref: `${named ? first : 'docker.io'}/${path}:${reference}`,
    url: `https://${registry}/v2/${path}/manifests/${reference}`,
  };
}

/** AWS's account for aws-for-fluent-bit; most regions share one. */
const fluentBitAccounts: Readonly<Record<string, string>> = {
  'ap-east-1': '449074385750',
  'me-south-1': '741863432321',
  'cn-north-1': '128054284489',
  'cn-northwest-1': '128054284489',
  'us-gov-east-1': '161423150738',
  'us-gov-west-1': '161423150738',
};
const fluentBit = 'aws-for-fluent-bit';

export const fluentBitImage = (region: string, tag: string): string =>
  `${fluentBitAccounts[region] ?? '906394416424'}.dkr.ecr.${region}.amazonaws.com/${fluentBit}:${tag}`;

/** Whether ECR has it, as far as is known here: AWS's own image for bastions. The account's own repositories are not simulated. */
export function isPublished({ accountId, region, repository, reference }: EcrImage): boolean {
  return (
    repository === fluentBit &&
    accountId === (fluentBitAccounts[region] ?? '906394416424') &&
    /^(init-)?(stable|latest|2\.\d+\.\d+|sha256:.+)$/.test(reference)
  );
}
