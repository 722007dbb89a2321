import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { ClusterKey } from './clusterObjects.ts';
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  objectId,
  octets,
  pem,
  sequence,
  set,
  utcTime,
  utf8,
} from './der.ts';

/** PEM texts; secret, as everything in the account's state. */
interface CertificateRow {
  readonly caPem: string;
  readonly caKeyPem: string;
  /** Serving certificates by host name. */
  readonly serving: Record<string, { readonly certPem: string; readonly keyPem: string }>;
}

/** The cluster's certificate authority, made when it is first asked for. */
export function clusterCertificates(key: ClusterKey): { readonly caPem: string } {
  return row(key);
}

/** Certificate and key that the API server shows for `host`, its endpoint's name, and for its names inside the cluster. */
export function servingCertificate(
  key: ClusterKey,
  host: string,
): { readonly certPem: string; readonly keyPem: string } {
  const { caPem, caKeyPem, serving } = row(key);
  const { publicKey, privateKey } = keyPair();
  const names = [
    host,
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  return (serving[host] ??= {
    certPem: issue({
      subject: 'kube-apiserver',
      publicKey,
      issuerKey: caKeyPem,
      issuerPublicKey: createPublicKey(caPem),
      names,
    }),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
}

export function removeClusterCertificates({ account, region, cluster }: ClusterKey): void {
  account.regional(region, 'kubernetes.certificates').delete(cluster);
}

function row({ account, region, cluster }: ClusterKey): CertificateRow {
  const rows = account.regional<CertificateRow>(region, 'kubernetes.certificates');
  const known = rows.get(cluster);
  if (known) return known;
  const { publicKey, privateKey } = keyPair();
  const caKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const caPem = issue({ subject: 'kubernetes', publicKey, issuerKey: caKeyPem, issuerPublicKey: publicKey });
  return rows.set(cluster, { caPem, caKeyPem, serving: {} });
}

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

interface CertificateRequest {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuerKey: string;
  readonly issuerPublicKey: KeyObject;
  /** DNS names of a server; absent: an authority. */
  readonly names?: readonly string[];
}

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));
const commonName = (name: string) => sequence(set(sequence(objectId('2.5.4.3'), utf8(name))));

/** Always valid in the sandbox's lifetime: TLS runs on real time, which may be far from the account's. */
const validity = sequence(utcTime('240101000000Z'), utcTime('491231235959Z'));

function issue({ subject, publicKey, issuerKey, issuerPublicKey, names }: CertificateRequest): string {
  const extension = (id: string, critical: boolean, value: Buffer) =>
    sequence(objectId(id), ...(critical ? [boolean(true)] : []), octets(value));
  const extensions = [
    extension('2.5.29.19', true, names ? sequence() : sequence(boolean(true))),
    // digitalSignature and keyEncipherment; with certSign for the authority.
    extension('2.5.29.15', true, bitString(Buffer.from([names ? 0xa0 : 0xa4]), names ? 5 : 2)),
    extension('2.5.29.14', false, octets(keyId(publicKey))),
    extension('2.5.29.35', false, sequence(implicit(0, keyId(issuerPublicKey)))),
    ...(names
      ? [
          extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
          extension('2.5.29.17', false, sequence(...names.map(name => implicit(2, Buffer.from(name))))),
        ]
      : []),
  ];
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    commonName('kubernetes'),
    validity,
    commonName(subject),
    spki(publicKey),
    explicit(3, sequence(...extensions)),
  );
  return pem(sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, issuerKey))));
}

const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
const keyId = (key: KeyObject) => createHash('sha1').update(spki(key)).digest();
