import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateSubnetCommand, CreateVpcCommand, DeleteVpcCommand } from '@aws-sdk/client-ec2';
import { CreateClusterCommand, DeleteClusterCommand } from '@aws-sdk/client-eks';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import type { Service } from '../../../../src/sandbox/kernel/account.ts';
import { AwsError } from '../../../../src/sandbox/kernel/awsError.ts';
import { virtualAccount } from '../../../sandbox/support/virtualAccount.ts';

interface ServiceFailure {
  readonly name: string;
  readonly message: string;
  readonly $fault: string;
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId?: string };
}

const failing = (name: string, operation: string, error: AwsError): Service => ({
  name,
  operations: {
    [operation]: () => {
      throw error;
    },
  },
});

const services: readonly Service[] = [
  failing('ec2', 'DeleteVpc', new AwsError('DependencyViolation', 'It <has> "dependencies" & more')),
  failing('eks', 'DeleteCluster', new AwsError('ResourceInUseException', 'busy', 400, { clusterName: 'demo' })),
  failing('kms', 'DescribeKey', new AwsError('NotFoundException', 'no such key')),
  failing('cloudformation', 'DescribeStacks', new AwsError('ValidationError', 'Stack with id x does not exist')),
  failing('s3', 'GetObject', new AwsError('NoSuchKey', 'none', 404, { Key: 'k' })),
];

async function failure(work: Promise<unknown>): Promise<ServiceFailure & Record<string, unknown>> {
  try {
    await work;
  } catch (error) {
    return error as ServiceFailure & Record<string, unknown>;
  }
  return assert.fail('it was not refused');
}

describe("errors in each protocol's envelope", () => {
  const account = virtualAccount({ services });
  const session = account.session('us-east-1');
  const send = async (client: 'ec2' | 'eks' | 'kms' | 'cloudFormation' | 's3', command: object) =>
    failure(((await session.client(client)) as unknown as { send(command: object): Promise<unknown> }).send(command));

  it('EC2', async () => {
    const error = await send('ec2', new DeleteVpcCommand({ VpcId: 'vpc-1' }));
    assert.equal(error.name, 'DependencyViolation');
    assert.equal(error.message, 'It <has> "dependencies" & more');
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
  });

  it("REST-JSON, with the error's own members and the model's status", async () => {
    const error = await send('eks', new DeleteClusterCommand({ name: 'demo' }));
    assert.deepEqual([error.name, error.message, error['clusterName']], ['ResourceInUseException', 'busy', 'demo']);
    assert.equal(error.$metadata.httpStatusCode, 409);
  });

  it('AWS JSON, always with 400', async () => {
    const error = await send('kms', new DescribeKeyCommand({ KeyId: 'x' }));
    assert.deepEqual(
      [error.name, error.message, error.$metadata.httpStatusCode],
      ['NotFoundException', 'no such key', 400],
    );
  });

  it('query', async () => {
    const error = await send('cloudFormation', new DescribeStacksCommand({}));
    assert.deepEqual([error.name, error.message], ['ValidationError', 'Stack with id x does not exist']);
    assert.equal(error.$fault, 'client');
  });

  it('REST-XML', async () => {
    const error = await send('s3', new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
    assert.deepEqual([error.name, error.message, error.$metadata.httpStatusCode], ['NoSuchKey', 'none', 404]);
  });

  it('names the required members that are missing', async () => {
    const vpc = await send('ec2', new CreateSubnetCommand({ CidrBlock: '10.0.0.0/24' } as never));
    assert.deepEqual([vpc.name, vpc.message], ['MissingParameter', 'The request must contain the parameter vpcId']);
    const stack = await send('cloudFormation', new CreateStackCommand({ Tags: [{ Key: 'a' }] } as never));
    assert.equal(stack.name, 'ValidationError');
    assert.equal(
      stack.message,
      "2 validation errors detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
    );
    const cluster = await send('eks', new CreateClusterCommand({ name: 'demo', roleArn: 'r' } as never));
    assert.deepEqual([cluster.name, cluster.$metadata.httpStatusCode], ['InvalidParameterException', 400]);
  });

  it('says loudly what AWS knows and the sandbox does not', async () => {
    const error = await send('ec2', new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    assert.deepEqual([error.name, error.message], ['SandboxNotImplemented', 'SandboxNotImplemented: ec2:CreateVpc']);
  });

  const bare = async (service: string, headers: Record<string, string>, body: string, target = '/') => {
    // Through the SDK's signer: only the request is made by hand.
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const { Sha256 } = await import('@aws-crypto/sha256-js');
    const { HttpRequest } = await import('@smithy/protocol-http');
    const { accessKeyId, secretAccessKey } = account.sandbox.credential;
    const signer = new SignatureV4({
      service,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey },
      sha256: Sha256,
    });
    const host = `${service}.us-east-1.amazonaws.com`;
    const request = new HttpRequest({
      method: 'POST',
      hostname: host,
      path: target,
      headers: { host, ...headers },
      body,
    });
    const { toWireRequest } = await import('../../../sandbox/support/virtualAccount.ts');
    const response = await account.sandbox.handle(await toWireRequest((await signer.sign(request)) as typeof request));
    return { status: response.status, body: String(response.body) };
  };

  it("refuses what AWS does not know in AWS's words", async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const query = await bare('cloudformation', form, 'Action=FlyAway&Version=2010-05-15');
    assert.equal(query.status, 400);
    assert.match(
      query.body,
      /<Code>InvalidAction<\/Code><Message>Could not find operation FlyAway for version 2010-05-15</,
    );
    const ec2 = await bare('ec2', form, 'Action=FlyAway&Version=2016-11-15');
    assert.match(
      ec2.body,
      /<Code>InvalidAction<\/Code><Message>The action FlyAway is not valid for this web service\.</,
    );
    const json = await bare('kms', { 'x-amz-target': 'TrentService.FlyAway' }, '{}');
    assert.deepEqual([json.status, JSON.parse(json.body)], [400, { __type: 'UnknownOperationException', message: '' }]);
    const rest = await bare('eks', {}, '{}', '/clusters/a/b/c/d/e');
    assert.equal(rest.status, 404);
    const unknown = await bare('dynamodb', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{}');
    assert.match(unknown.body, /SandboxNotImplemented: dynamodb/);
  });

  it('refuses malformed input, never with a stack trace of its own', async () => {
    const json = await bare('kms', { 'x-amz-target': 'TrentService.DescribeKey' }, '{"KeyId":7}');
    assert.deepEqual(JSON.parse(json.body), {
      __type: 'SerializationException',
      message: 'NUMBER_VALUE can not be converted to a String',
    });
    const broken = await bare('kms', { 'x-amz-target': 'TrentService.DescribeKey' }, '{"KeyId":');
    assert.match(broken.body, /SerializationException/);
    const escaped = await bare('eks', {}, '', '/clusters/%E0%A4%A');
    assert.equal(escaped.status, 400);
    assert.doesNotMatch(json.body + broken.body + escaped.body, /sandbox defect/);
  });

  it('asks for a signature', async () => {
    const response = await account.sandbox.handle({
      method: 'POST',
      target: '/',
      headers: { host: 'x' },
      body: new Uint8Array(),
    });
    assert.equal(response.status, 403);
    assert.match(String(response.body), /<Code>MissingAuthenticationToken<\/Code>/);
  });
});
