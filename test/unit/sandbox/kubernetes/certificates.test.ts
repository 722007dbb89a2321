import assert from 'node:assert/strict';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import {
  clusterCertificates,
  removeClusterCertificates,
  servingCertificate,
} from '../../../../src/sandbox/kubernetes/certificates.ts';
import { integer, objectId, octets, pem } from '../../../../src/sandbox/kubernetes/der.ts';
import { apiHost, testCluster } from '../../../sandbox/kubernetes/support/testCluster.ts';

describe('cluster certificates', () => {
  it('are an authority and a serving certificate that it has signed, for the endpoint and the names inside', () => {
    const { key } = testCluster();
    const authority = new X509Certificate(clusterCertificates(key).caPem);
    const { certPem, keyPem } = servingCertificate(key, apiHost);
    const leaf = new X509Certificate(certPem);
    assert.ok(authority.ca && !leaf.ca);
    assert.ok(authority.verify(authority.publicKey) && leaf.verify(authority.publicKey));
    assert.ok(leaf.checkIssued(authority));
    assert.ok(leaf.checkPrivateKey(createPrivateKey(keyPem)));
    assert.ok(leaf.checkHost(apiHost) && leaf.checkHost('kubernetes.default.svc'));
    assert.equal(leaf.checkHost('example.org'), undefined);
    assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1']);
    assert.ok(leaf.validFromDate.getTime() < Date.now() && leaf.validToDate.getTime() > Date.now());
  });

  it('stay the same until the cluster is gone', () => {
    const { key } = testCluster();
    const { caPem } = clusterCertificates(key);
    const { certPem } = servingCertificate(key, apiHost);
    assert.deepEqual([clusterCertificates(key).caPem, servingCertificate(key, apiHost).certPem], [caPem, certPem]);
    removeClusterCertificates(key);
    assert.notEqual(clusterCertificates(key).caPem, caPem);
  });
});

describe('DER', () => {
  it('writes lengths of every size', () => {
    for (const [length, header] of [
      [0, '0400'],
      [127, '047f'],
      [128, '048180'],
      [255, '0481ff'],
      [256, '04820100'],
      [65_535, '0482ffff'],
    ] as const)
      assert.equal(
        octets(Buffer.alloc(length))
          .subarray(0, header.length / 2)
          .toString('hex'),
        header,
      );
  });

  it('writes object ids', () => {
    assert.equal(objectId('1.2.840.10045.4.3.2').toString('hex'), '06082a8648ce3d040302');
    assert.equal(objectId('2.5.29.17').toString('hex'), '0603551d11');
    assert.equal(integer(Buffer.from([2])).toString('hex'), '020102');
  });

  it('folds PEM into lines of 64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), bytes => {
        const lines = pem(Buffer.from(bytes)).trimEnd().split('\n').slice(1, -1);
        assert.ok(
          lines.every((line, index) => line.length <= 64 && (line.length === 64 || index === lines.length - 1)),
        );
        assert.deepEqual(new Uint8Array(Buffer.from(lines.join(''), 'base64')), bytes);
      }),
    );
  });
});
