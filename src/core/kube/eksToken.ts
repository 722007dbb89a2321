import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import { dnsSuffixOf } from '../spec/regions.ts';

/** What kubectl reads from a credential plugin. `v1beta1` is read by kubectl 1.20 up to today's. */
export interface ExecCredential {
  readonly apiVersion: 'client.authentication.k8s.io/v1beta1';
  readonly kind: 'ExecCredential';
  readonly spec: Record<string, never>;
  readonly status: { readonly expirationTimestamp: string; readonly token: string };
}

/** The API server takes a token for 15 minutes from its signing; refreshed one minute early, as AWS's own tool does. */
const lifetimeMs = 14 * 60_000;

/** The partition's regional STS host: the only kind of host that EKS accepts in a token, whatever endpoint the profile uses. */
export function stsHost(region: string): string {
  return `sts.${region}.${dnsSuffixOf(region)}`;
}

/** A presigned GetCallerIdentity that names the cluster, as `aws eks get-token` makes it. `now` in ms. */
export async function eksToken(
  credentials: AwsCredentialIdentity,
  region: string,
  clusterName: string,
  now: number,
): Promise<ExecCredential> {
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256: Sha256 });
  const hostname = stsHost(region);
  const request = new HttpRequest({
    method: 'GET',
    protocol: 'https:',
    hostname,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host: hostname, 'x-k8s-aws-id': clusterName },
  });
  const signed = await signer.presign(request, { expiresIn: 60, signingDate: new Date(now) });
  const query = Object.entries(signed.query ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
  const url = `https://${hostname}/?${query}`;
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    kind: 'ExecCredential',
    spec: {},
    status: {
      expirationTimestamp: new Date(now + lifetimeMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      token: `k8s-aws-v1.${Buffer.from(url, 'utf8').toString('base64url')}`,
    },
  };
}
