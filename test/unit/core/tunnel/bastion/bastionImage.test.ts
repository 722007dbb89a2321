import assert from 'node:assert/strict';
import {
  defaultBastionImage,
  ecrImage,
  ecrRepositoryArn,
  imageProblem,
} from '../../../../../src/core/tunnel/bastion/bastionImage.ts';

describe('the image of a bastion', () => {
  it('is AWS’s own, in the region’s registry', () => {
    const at = '.dkr.ecr';
    for (const [region, partition, image] of [
      ['eu-west-1', 'aws', `906394416424${at}.eu-west-1.amazonaws.com/aws-for-fluent-bit:stable`],
      ['ap-east-1', 'aws', `449074385750${at}.ap-east-1.amazonaws.com/aws-for-fluent-bit:stable`],
      ['me-south-1', 'aws', `741863432321${at}.me-south-1.amazonaws.com/aws-for-fluent-bit:stable`],
      ['cn-north-1', 'aws-cn', `128054284489${at}.cn-north-1.amazonaws.com.cn/aws-for-fluent-bit:stable`],
      ['us-gov-west-1', 'aws-us-gov', `161423150738${at}.us-gov-west-1.amazonaws.com/aws-for-fluent-bit:stable`],
      ['mx-central-1', 'aws', undefined],
    ] as const)
      assert.equal(defaultBastionImage(region, partition), image);
  });

  it('is known by registry, region and repository when it lies in ECR', () => {
    assert.deepEqual(ecrImage('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/tools@sha256:00'), {
      accountId: '123456789012',
      region: 'cn-north-1',
      repository: 'team/tools',
    });
    for (const image of ['public.ecr.aws/docker/library/busybox', 'busybox:1', 'x.dkr.ecr.eu-west-1.amazonaws.com/a'])
      assert.equal(ecrImage(image), undefined);
    assert.equal(
      ecrRepositoryArn('123456789012.dkr.ecr-fips.us-gov-east-1.amazonaws.com/a/b:1', 'aws-us-gov'),
      'arn:aws-us-gov:ecr:us-gov-east-1:123456789012:repository/a/b',
    );
  });

  it('has a name that a task definition takes', () => {
    assert.equal(imageProblem('busybox:1.36'), undefined);
    assert.match(imageProblem('busy box; rm') ?? '', /not the name/);
  });
});
