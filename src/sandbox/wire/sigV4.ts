import { createHmac, createSecretKey, hash, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Account, Principal } from '../kernel/account.ts';
import { findCredential, type Credential } from '../kernel/credential.ts';
import { splitTarget, type WireRequest } from './wireMessage.ts';

/** Why a request's signature was refused; each protocol has its own words for it (`errorResponse.ts`). */
export type SignatureFault = 'missing-auth' | 'unknown-key' | 'bad-signature' | 'skewed' | 'expired-token';

export interface SignatureScope {
  readonly accessKeyId: string;
  /** yyyymmdd */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export interface Signature {
  readonly scope: SignatureScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** yyyymmddThhmmssZ */
  readonly timestamp: string;
  /** Seconds for which a presigned URL is good; undefined for a signature in the headers. */
  readonly expires: number | undefined;
  readonly sessionToken: string | undefined;
}

export type Verification =
  | { readonly principal: Principal; readonly scope: SignatureScope }
  | { readonly fault: SignatureFault; readonly detail?: string };

const skewMs = 15 * 60_000;
const sha256 = (data: string | Uint8Array) => hash('sha256', data, 'hex');
const hmac = (key: string | Uint8Array | KeyObject, data: string) => createHmac('sha256', key).update(data).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** The signature of a request, from its `Authorization` header or its query; undefined when it bears none (that is well-formed). */
export function readSignature(request: WireRequest): Signature | undefined {
  const { query } = splitTarget(request.target);
  const header = request.headers['authorization'];
  const part = (name: string) => new RegExp(`\\b${name}=([^,\\s]+)`).exec(header ?? '')?.[1];
  const presigned = query.get('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256';
  if (!presigned && !header?.startsWith('AWS4-HMAC-SHA256')) return undefined;
  const credential = (presigned ? query.get('X-Amz-Credential') : part('Credential')) ?? '';
  const [accessKeyId, date, region, service, end] = credential.split('/');
  const signedHeaders = presigned ? query.get('X-Amz-SignedHeaders') : part('SignedHeaders');
  const signature = presigned ? query.get('X-Amz-Signature') : part('Signature');
  const timestamp = presigned ? query.get('X-Amz-Date') : request.headers['x-amz-date'];
  if (!accessKeyId || !date || !region || !service || end !== 'aws4_request') return undefined;
  if (!signedHeaders || !signature || !timestamp) return undefined;
  const token = presigned ? query.get('X-Amz-Security-Token') : request.headers['x-amz-security-token'];
  return {
    scope: { accessKeyId, date, region, service },
    signedHeaders: signedHeaders.split(';'),
    signature,
    timestamp,
    expires: presigned ? Number(query.get('X-Amz-Expires') ?? Number.NaN) : undefined,
    sessionToken: token ?? undefined,
  };
}

/** Checks key, token, time and signature, in AWS's order. `realNow` is in ms. */
export function verifySignature(request: WireRequest, account: Account, realNow: number): Verification {
  const signature = readSignature(request);
  if (!signature) return { fault: 'missing-auth' };
  const { scope, timestamp } = signature;
  const credential = findCredential(account, scope.accessKeyId);
  if (!credential || credential.sessionToken !== signature.sessionToken) return { fault: 'unknown-key' };
  const detail = timeFault(signature, realNow);
  if (detail !== undefined) return { fault: 'skewed', detail };
  const text = ['AWS4-HMAC-SHA256', timestamp, scopeText(scope), sha256(canonicalRequest(request, signature))].join(
    '\n',
  );
  const expected = hmac(signingKey(credential, scope), text);
  const given = Buffer.from(signature.signature, 'hex');
  if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) return { fault: 'bad-signature' };
  if (scope.service === 's3' && !payloadMatches(request)) return { fault: 'bad-signature' };
  if (credential.expiresAt !== undefined && credential.expiresAt <= realNow) return { fault: 'expired-token' };
  return { principal: credential.principal, scope };
}

function timeFault({ timestamp, expires, scope }: Signature, realNow: number): string | undefined {
  const [, y, m, d, h, min, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? [];
  const signedAt = Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h), Number(min), Number(s));
  if (Number.isNaN(signedAt) || !timestamp.startsWith(scope.date))
    return 'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP';
  const basic = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
  if (signedAt > realNow + skewMs) {
    return `Signature not yet current: ${timestamp} is still later than ${basic(realNow + skewMs)} (${basic(realNow)} + 15 min.)`;
  }
  if (expires === undefined) {
    if (signedAt >= realNow - skewMs) return undefined;
    return `Signature expired: ${timestamp} is now earlier than ${basic(realNow - skewMs)} (${basic(realNow)} - 15 min.)`;
  }
  if (expires >= 0 && signedAt + expires * 1000 >= realNow) return undefined;
  return `Signature expired: ${timestamp} is now earlier than ${basic(realNow - expires * 1000)}`;
}

const scopeText = ({ date, region, service }: SignatureScope) => `${date}/${region}/${service}/aws4_request`;

/** By credential and scope: deriving one costs more than all the rest of a request's check. */
const signingKeys = new WeakMap<Credential, Map<string, KeyObject>>();

function signingKey(credential: Credential, scope: SignatureScope): KeyObject {
  let keys = signingKeys.get(credential);
  if (!keys) signingKeys.set(credential, (keys = new Map<string, KeyObject>()));
  const name = scopeText(scope);
  const known = keys.get(name);
  if (known) return known;
  const { date, region, service } = scope;
  const key = createSecretKey(
    hmac(hmac(hmac(hmac(`AWS4${credential.secretAccessKey}`, date), region), service), 'aws4_request'),
  );
  // Whoever asks may name any scope.
  if (keys.size > 200) keys.clear();
  keys.set(name, key);
  return key;
}

function canonicalRequest(request: WireRequest, { signedHeaders, scope }: Signature): string {
  const { path, query } = splitTarget(request.target);
  const pairs = [...query]
    .filter(([key]) => key !== 'X-Amz-Signature')
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .sort();
  const headers = signedHeaders.map(name => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`);
  // S3 signs the path as it is sent, every other service encodes it once more.
  const canonicalPath = scope.service === 's3' ? path : path.split('/').map(encode).join('/');
  return [
    request.method,
    canonicalPath,
    pairs.join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash(request, scope),
  ].join('\n');
}

function payloadHash({ headers, target, body }: WireRequest, { service }: SignatureScope): string {
  if (service !== 's3') return sha256(body);
  return headers['x-amz-content-sha256'] ?? (target.includes('X-Amz-Signature=') ? 'UNSIGNED-PAYLOAD' : sha256(body));
}

function payloadMatches({ headers, body }: WireRequest): boolean {
  const stated = headers['x-amz-content-sha256'];
  return stated === undefined || !/^[0-9a-f]{64}$/.test(stated) || stated === sha256(body);
}
