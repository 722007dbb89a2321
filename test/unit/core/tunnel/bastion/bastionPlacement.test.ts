import assert from 'node:assert/strict';
import {
  missingFix,
  missingText,
  placeBastion,
  type NetworkFacts,
  type SubnetFacts,
} from '../../../../../src/core/tunnel/bastion/bastionPlacement.ts';

const image = '906394416424.dkr.ecr.eu-west-1.amazonaws.com/aws-for-fluent-bit:stable';
const subnet = (subnetId: string, more: Partial<SubnetFacts> = {}): SubnetFacts => ({
  subnetId,
  zone: 'eu-west-1a',
  freeAddresses: 100,
  defaultRoute: 'none',
  reachesOtherNetworks: false,
  hasS3Gateway: true,
  ...more,
});
const endpoints = ['ssmmessages', 'ecr.api', 'ecr.dkr'].map(service => ({ service, type: 'Interface' }));
const place = (facts: Partial<NetworkFacts>, ref = image) =>
  placeBastion({ subnets: [subnet('a')], endpoints, ...facts }, ref);

describe('where a bastion can run', () => {
  it('is any subnet of a VPC that has the endpoints', () => {
    const found = place({ subnets: [subnet('b'), subnet('a'), subnet('full', { freeAddresses: 0 })] });
    assert.deepEqual(found, { subnetIds: ['a', 'b'], missing: [], certain: true });
    assert.equal(missingText(found), undefined);
  });

  it('is where a NAT gateway or another network is, when there is one', () => {
    const found = place(
      { endpoints: [], subnets: [subnet('a'), subnet('nat', { defaultRoute: 'elsewhere' })] },
      'busybox',
    );
    assert.deepEqual(found, { subnetIds: ['nat'], missing: [], certain: true });
  });

  it('is not where the default route is an internet gateway, if there is anywhere else', () => {
    const subnets = [subnet('public', { defaultRoute: 'internet-gateway' }), subnet('private')];
    assert.deepEqual(place({ subnets }).subnetIds, ['private']);
    assert.deepEqual(place({ subnets: subnets.slice(0, 1) }).subnetIds, ['public']);
  });

  it('is where the route table has the S3 gateway', () => {
    const subnets = [subnet('without', { hasS3Gateway: false }), subnet('with')];
    assert.deepEqual(place({ subnets }).subnetIds, ['with']);
    assert.deepEqual(
      place({ subnets: subnets.slice(0, 1) }).missing.map(({ service }) => service),
      ['s3'],
    );
  });

  it('is nowhere when no address is free', () => {
    assert.deepEqual(place({ subnets: [subnet('a', { freeAddresses: 0 })] }).subnetIds, []);
  });

  it('lacks each endpoint by name and with its reason', () => {
    const found = place({ endpoints: [], subnets: [subnet('a', { hasS3Gateway: false })] });
    assert.deepEqual(
      found.missing.map(({ service }) => service),
      ['ssmmessages', 'ecr.api', 'ecr.dkr', 's3'],
    );
    assert.match(missingText(found) ?? '', /endpoint s3 \(the image’s layers lie in S3\)/);
    assert.match(missingFix(found), /Add endpoints ssmmessages, ecr\.api, ecr\.dkr, s3/);
    assert.match(missingFix(place({}, 'busybox')), /Choose an image in ECR/);
  });

  it('is not certain where a route leads to another network, which may have the endpoints', () => {
    assert.equal(place({ endpoints: [], subnets: [subnet('a', { reachesOtherNetworks: true })] }).certain, false);
  });
});
