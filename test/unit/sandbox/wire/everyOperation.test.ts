import type { NormalizedSchema } from '@smithy/core/schema';
import { HttpResponse, type HttpRequest } from '@smithy/protocol-http';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { decodeCall } from '../../../../src/sandbox/wire/codec.ts';
import { serviceSchema, type OperationSchema } from '../../../../src/sandbox/wire/serviceCatalog.ts';
import { toWireRequest } from '../../../sandbox/support/virtualAccount.ts';

/** A value of the schema's shape, every member filled, down to a depth at which recursive shapes are cut. */
function sample(schema: NormalizedSchema, path: string, depth = 0): unknown {
  if (schema.isStructSchema()) {
    if (depth > 4) return undefined;
    const out: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      if (changedByClient.test(name)) continue;
      const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
      const value =
        name === 'ChecksumAlgorithm' && httpHeader
          ? 'CRC32'
          : sample(member, httpHeader || httpPrefixHeaders ? 'h' : `${path}.${name}`, depth + 1);
      if (value !== undefined) out[name] = value;
      if (schema.isUnionSchema() && value !== undefined) break;
    }
    // An empty structure leaves no trace in a query.
    return depth > 0 && Object.keys(out).length === 0 ? undefined : out;
  }
  if (schema.isListSchema()) {
    const items = ['a', 'b'].map(mark => sample(schema.getValueSchema(), `${path}-${mark}`, depth + 1));
    return items.includes(undefined) ? undefined : items;
  }
  if (schema.isMapSchema()) {
    const value = sample(schema.getValueSchema(), `${path}.value`, depth + 1);
    return value === undefined ? undefined : { key: value, other: value };
  }
  if (schema.isTimestampSchema()) return new Date(Date.UTC(2026, 1, 3, 4, 5, 6));
  if (schema.isBlobSchema()) return new Uint8Array([0, 1, 254, 255]);
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema()) return 7;
  if (schema.isDocumentSchema()) return { any: ['thing', 1, true] };
  return path.startsWith('h') ? path : `${path} <&> "é"`;
}

/** The S3 client encodes and digests customers' keys on their way, and makes up a second form of `Expires`. */
const changedByClient = /SSECustomerKey|^ExpiresString$/;
const streamsEvents = ({ input, output }: OperationSchema) =>
  [input, output].some(schema => schema.isStructSchema() && schema.getEventStreamMember() !== '');

interface Client {
  send(command: object): Promise<Record<string, unknown>>;
}
type Constructor<T> = new (input: object) => T;

/** What the SDK's own client for AWS makes of our bytes, and we of its. */
async function throughTheClient(service: string, module: Record<string, unknown>, clientName: string): Promise<number> {
  const schema = await serviceSchema(service);
  assert.ok(schema);
  let operation: OperationSchema | undefined;
  let received: unknown;
  let output: unknown;
  const requestHandler = {
    handle: async (request: HttpRequest) => {
      const call = decodeCall(schema, await toWireRequest(request));
      assert.equal(call.operation.name, operation?.name);
      received = call.read();
      const { status, headers, body } = call.write(output as object, 'request-1');
      return { response: new HttpResponse({ statusCode: status, headers, body: Readable.from([Buffer.from(body)]) }) };
    },
  };
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' };
  const client = new (module[clientName] as Constructor<Client>)({
    region: 'us-east-1',
    credentials,
    requestHandler,
    maxAttempts: 1,
    // Paths and hosts that the client changes on its own account.
    endpoint: 'https://127.0.0.1',
    disableHostPrefix: true,
  });
  let count = 0;
  for (operation of schema.operations.values()) {
    const { name } = operation;
    if (untried[service]?.has(name) || streamsEvents(operation)) continue;
    const input = sample(operation.input, 'in') as object;
    output = sample(operation.output, 'out');
    const sent = structuredClone(input);
    const {
      $metadata: _,
      ExpiresString: __,
      ...seen
    } = await client.send(new (module[`${name}Command`] as Constructor<object>)(sent));
    assert.deepEqual(received, normal(operation.input, input), `${service}:${name} request`);
    assert.deepEqual(await collected(seen), normal(operation.output, output), `${service}:${name} response`);
    count++;
  }
  return count;
}

/** Members that HTTP itself carries, not the message. */
function normal(schema: NormalizedSchema, value: unknown): unknown {
  if (!schema.isStructSchema()) return {};
  return Object.fromEntries(
    Object.entries(value as object).filter(
      ([name]) => !schema.getMemberSchema(name).getMergedTraits().httpResponseCode,
    ),
  );
}

async function collected(output: Record<string, unknown>): Promise<Record<string, unknown>> {
  for (const [name, value] of Object.entries(output)) {
    const stream = value as { transformToByteArray?: () => Promise<Uint8Array> } | undefined;
    if (stream?.transformToByteArray) output[name] = await stream.transformToByteArray();
  }
  return output;
}

/** Not simulated, and of another form: a root element without members, grants with XML attributes, a host of its own. */
const untried: Readonly<Record<string, ReadonlySet<string>>> = {
  s3: new Set(['GetBucketLocation', 'PutBucketAcl', 'PutObjectAcl', 'WriteGetObjectResponse']),
};

describe('the wire, by every operation that the SDK knows', () => {
  const services = [
    ['sts', 'STSClient', () => import('@aws-sdk/client-sts')],
    ['iam', 'IAMClient', () => import('@aws-sdk/client-iam')],
    ['cloudformation', 'CloudFormationClient', () => import('@aws-sdk/client-cloudformation')],
    ['autoscaling', 'AutoScalingClient', () => import('@aws-sdk/client-auto-scaling')],
    ['ec2', 'EC2Client', () => import('@aws-sdk/client-ec2')],
    ['kms', 'KMSClient', () => import('@aws-sdk/client-kms')],
    ['logs', 'CloudWatchLogsClient', () => import('@aws-sdk/client-cloudwatch-logs')],
    ['ssm', 'SSMClient', () => import('@aws-sdk/client-ssm')],
    ['ecs', 'ECSClient', () => import('@aws-sdk/client-ecs')],
    ['eks', 'EKSClient', () => import('@aws-sdk/client-eks')],
    ['s3', 'S3Client', () => import('@aws-sdk/client-s3')],
  ] as const;
  for (const [service, client, load] of services) {
    it(`reads and writes ${service} as the SDK's client does`, async () => {
      const count = await throughTheClient(service, await load(), client);
      assert.ok(count > 5, `${count} operations`);
    }).timeout(60_000);
  }
});
