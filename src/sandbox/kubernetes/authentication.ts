import { findCredential } from '../kernel/credential.ts';
import { kubernetesIdentity } from '../services/eks/accessEntries.ts';
import { verifySignature } from '../wire/sigV4.ts';
import { accessPolicyRules, type PolicyRule } from './builtInRoles.ts';
import type { ClusterKey } from './clusterObjects.ts';

/** Who a request is from, and what EKS's access policies permit them beside RBAC. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly grants: readonly {
    readonly rules: readonly PolicyRule[];
    readonly namespaces: readonly string[] | undefined;
  }[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const prefix = 'k8s-aws-v1.';
const maxTokenLength = 4096;
const tokenLifeMs = 15 * 60_000;
const allowedKeys =
  /^(Action|Version|X-Amz-(Algorithm|Credential|Date|Expires|Security-Token|Signature|SignedHeaders))$/;

/**
 * The user whom a bearer token stands for, by aws-iam-authenticator's rules and the cluster's access entries; undefined: nobody.
 * `realNow` in ms: tokens never run on the account's clock.
 */
export function authenticate(key: ClusterKey, token: string, realNow: number): User | undefined {
  const url = presignedUrl(key, token);
  if (!url) return undefined;
  const date = url.searchParams.get('X-Amz-Date') ?? '';
  const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(realNow < signedAt + tokenLifeMs)) return undefined;
  // The authenticator itself fetches the URL from STS, which judges the signature, with the header that it adds.
  const request = {
    method: 'GET',
    target: `/${url.search}`,
    headers: { host: url.host, 'x-k8s-aws-id': key.cluster },
    body: new Uint8Array(),
  };
  // STS accepts a GetCallerIdentity for those same 15 minutes, whatever its X-Amz-Expires says.
  const verified = verifySignature(request, key.account, Math.min(realNow, signedAt));
  if ('fault' in verified || verified.scope.service !== 'sts') return undefined;
  if ((findCredential(key.account, verified.scope.accessKeyId)?.expiresAt ?? Infinity) <= realNow) return undefined;
  const { arn, userId, accountId } = verified.principal;
  const identity = kubernetesIdentity(key, key.cluster, arn);
  if (!identity) return undefined;
  return {
    name: identity.username,
    groups: [...identity.groups, 'system:authenticated'],
    grants: identity.policies.map(({ policyArn, namespaces }) => ({
      rules: accessPolicyRules[policyArn.slice(policyArn.lastIndexOf('/') + 1)] ?? [],
      namespaces,
    })),
    extra: {
      accessKeyId: [verified.scope.accessKeyId],
      arn: [arn],
      canonicalArn: [arn.replace(/:sts::(\d+):assumed-role\/([^/]+)\/.*$/, ':iam::$1:role/$2')],
      principalId: [userId.split(':')[0] ?? accountId],
      sessionName: [userId.split(':')[1] ?? ''],
    },
  };
}

/** The token's URL, if it is one that the authenticator would follow. */
function presignedUrl({ region }: ClusterKey, token: string): URL | undefined {
  if (!token.startsWith(prefix) || token.length > maxTokenLength) return undefined;
  const encoded = token.slice(prefix.length);
  if (!/^[\w-]+$/.test(encoded)) return undefined;
  const text = Buffer.from(encoded, 'base64url').toString();
  const url = URL.parse(text);
  if (!url || url.protocol !== 'https:' || url.pathname !== '/' || url.username || url.password) return undefined;
  const hosts = [
    `sts.${region}.amazonaws.com`,
    `sts-fips.${region}.amazonaws.com`,
    `sts.${region}.api.aws`,
    'sts.amazonaws.com',
  ];
  if (!hosts.includes(url.host)) return undefined;
  const names = [...url.searchParams.keys()];
  if (names.some(name => !allowedKeys.test(name)) || new Set(names).size < names.length) return undefined;
  if (url.searchParams.get('Action') !== 'GetCallerIdentity') return undefined;
  const expires = Number(url.searchParams.get('X-Amz-Expires') ?? 'none');
  if (!(expires >= 0 && expires <= 900)) return undefined;
  const signed = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
  return signed.includes('host') && signed.includes('x-k8s-aws-id') ? url : undefined;
}
