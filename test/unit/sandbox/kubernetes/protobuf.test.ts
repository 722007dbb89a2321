import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError } from '../../../../src/sandbox/kubernetes/apiError.ts';
import { gnosticDocument } from '../../../../src/sandbox/kubernetes/gnosticProtobuf.ts';
import { openApi } from '../../../../src/sandbox/kubernetes/openApi.ts';
import { fromProtobuf } from '../../../../src/sandbox/kubernetes/protobufBody.ts';

const bytes = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex');

describe('protobuf body', () => {
  // What kubectl 1.32.4 sent.
  const namespace =
    bytes(`6b 38 73 00 0a 0f 0a 02 76 31 12 09 4e 61 6d 65 73 70 61 63 65 12 1c 0a 14 0a 04 74 65 61 6d 12
    00 1a 00 22 00 2a 00 32 00 38 00 42 00 12 00 1a 02 0a 00 1a 00 22 00`);
  const deployment =
    bytes(`6b 38 73 00 0a 15 0a 07 61 70 70 73 2f 76 31 12 0a 44 65 70 6c 6f 79 6d 65 6e 74 12 b3 01 0a 23
    0a 05 6e 67 69 6e 78 12 00 1a 00 22 00 2a 00 32 00 38 00 42 00 5a 0c 0a 03 61 70 70 12 05 6e 67 69 6e 78 12 7e 08 01 12 0e 0a
    0c 0a 03 61 70 70 12 05 6e 67 69 6e 78 1a 62 0a 1e 0a 00 12 00 1a 00 22 00 2a 00 32 00 38 00 42 00 5a 0c 0a 03 61 70 70 12 05
    6e 67 69 6e 78 12 40 12 22 0a 05 6e 67 69 6e 78 12 05 6e 67 69 6e 78 2a 00 42 00 6a 00 72 00 80 01 00 88 01 00 90 01 00 a2 01
    00 1a 00 32 00 42 00 4a 00 52 00 58 00 60 00 68 00 82 01 00 8a 01 00 9a 01 00 c2 01 00 22 02 0a 00 28 00 38 00 1a 0c 08 00 10
    00 18 00 20 00 28 00 38 00 1a 00 22 00`);
  const review =
    bytes(`6b 38 73 00 0a 32 0a 17 61 75 74 68 6f 72 69 7a 61 74 69 6f 6e 2e 6b 38 73 2e 69 6f 2f 76 31 12 17
    53 65 6c 66 53 75 62 6a 65 63 74 41 63 63 65 73 73 52 65 76 69 65 77 12 3f 0a 10 0a 00 12 00 1a 00 22 00 2a 00 32 00 38 00 42
    00 12 21 0a 1f 0a 07 64 65 66 61 75 6c 74 12 06 63 72 65 61 74 65 1a 00 22 00 2a 04 70 6f 64 73 32 00 3a 00 1a 08 08 00 12 00
    1a 00 20 00 1a 00 22 00`);

  it('reads what kubectl sends', () => {
    assert.deepEqual(fromProtobuf(namespace), {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'team' },
      spec: {},
    });
    const labels = { app: 'nginx' };
    assert.deepEqual(fromProtobuf(deployment), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'nginx', labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx', resources: {} }] } },
        strategy: {},
      },
    });
    assert.deepEqual(fromProtobuf(review)['spec'], {
      resourceAttributes: { namespace: 'default', verb: 'create', resource: 'pods' },
    });
  });

  it('says which field it does not know instead of dropping it', () => {
    const unknown = bytes('6b 38 73 00 0a 0d 0a 02 76 31 12 07 53 65 72 76 69 63 65 12 06 12 04 92 01 01 61');
    assert.throws(() => fromProtobuf(unknown), {
      code: 501,
      message: 'SandboxNotImplemented: field 18 of ServiceSpec in a protobuf body',
    });
  });

  it('refuses everything else with an API error, never a crash', () => {
    const isApiError = (error: unknown) => error instanceof ApiError;
    assert.throws(() => fromProtobuf(Buffer.from('{}')), isApiError);
    fc.assert(
      fc.property(fc.nat(deployment.byteLength - 1), fc.nat(255), fc.boolean(), (index, byte, cut) => {
        const spoilt = Buffer.from(cut ? deployment.subarray(0, index) : deployment);
        if (!cut) spoilt[index] = byte;
        try {
          fromProtobuf(spoilt);
        } catch (error) {
          assert.ok(isApiError(error), String(error));
        }
      }),
    );
  });
});

describe('OpenAPI v2 in protobuf', () => {
  it('writes gnostic’s messages', () => {
    const document = gnosticDocument({
      swagger: '2.0',
      info: { title: 'K', version: 'v1' },
      definitions: {
        A: { type: 'object', required: ['b'], properties: { b: { $ref: '#/definitions/B' } }, 'x-c': [1] },
      },
    });
    const schema =
      '9a0101 62 b20108 0a06 6f626a656374 ca0118 0a16 0a01 62 1211 0a0f 232f646566696e6974696f6e732f42 fa010c 0a03782d63 1205 1203 5b315d';
    const body = bytes(schema);
    const named = Buffer.concat([bytes('0a0141 12'), Buffer.from([body.byteLength]), body]);
    const definitions = Buffer.concat([bytes('0a'), Buffer.from([named.byteLength]), named]);
    const expected = Buffer.concat([
      bytes('0a03 322e30 1207 0a014b 12027631 4a'),
      Buffer.from([definitions.byteLength]),
      definitions,
    ]);
    assert.equal(Buffer.from(document).toString('hex'), expected.toString('hex'));
  });

  it('is given to who asks for it by either name, JSON to everybody else', () => {
    const types = [
      'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    ];
    for (const accept of types) assert.equal(openApi('/openapi/v2', accept, 'v1')?.contentType, types[1]);
    assert.equal((openApi('/openapi/v2', 'application/json', 'v1')?.body as { swagger: string }).swagger, '2.0');
    assert.equal(openApi('/openapi/v3/apis/batch/v1', '', 'v1'), undefined);
  });
});
