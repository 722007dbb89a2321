import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeInput, KubeObject } from '../../../../src/sandbox/kubernetes/clusterObjects.ts';
import { apply, trackUpdate } from '../../../../src/sandbox/kubernetes/fieldOwnership.ts';
import { fieldsIn, fromFieldsV1, toFieldsV1 } from '../../../../src/sandbox/kubernetes/fieldSet.ts';
import type { TypeRef } from '../../../../src/sandbox/kubernetes/schema.ts';

const type: TypeRef = { form: 'object', name: 'Deployment' };
const writer = (manager: string, subresource = '') => ({ manager, subresource, time: '2026-11-21T08:00:00Z' });
const deployment = (spec: object, labels?: Record<string, string>): KubeInput => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...(labels ? { labels } : {}) },
  spec,
});
const container = (more: object = {}) => ({ name: 'web', image: 'web:1', ...more });
const withContainers = (...containers: object[]) => ({ template: { spec: { containers } } });
const stored = (object: KubeInput) => object as KubeObject;
const managers = (object: KubeInput) =>
  (object.metadata['managedFields'] as { manager: string; operation: string }[]).map(
    entry => `${entry.operation} ${entry.manager}`,
  );

describe('server-side apply', () => {
  it('writes the fields of keyed lists, sets and maps as Kubernetes does', () => {
    const fields = toFieldsV1(
      fieldsIn(
        {
          ...deployment({
            replicas: 1,
            ...withContainers(container({ ports: [{ containerPort: 80 }], command: ['a'] })),
          }),
          metadata: { name: 'web', uid: 'u', labels: { a: '1' }, finalizers: ['x/y'] },
        },
        type,
      ),
    );
    assert.deepEqual(fields, {
      'f:metadata': { 'f:labels': { 'f:a': {} }, 'f:finalizers': { 'v:"x/y"': {} } },
      'f:spec': {
        'f:replicas': {},
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"web"}': {
                '.': {},
                'f:command': {},
                'f:image': {},
                'f:name': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
              },
            },
          },
        },
      },
    });
  });

  it('reads back what it writes', () => {
    const element = fc.oneof(
      fc.string().map(name => `f:${name}`),
      fc.string().map(name => `k:${JSON.stringify({ name })}`),
      fc.constant('.'),
    );
    const path = fc.array(element, { minLength: 1, maxLength: 4 }).map(elements => JSON.stringify(elements));
    fc.assert(
      fc.property(fc.array(path, { maxLength: 8 }), paths => {
        // Only leaves can be told apart: a path that others go on from is no field of its own.
        const leaves = new Set(
          paths.filter(one => !paths.some(other => other !== one && other.startsWith(one.slice(0, -1) + ','))),
        );
        assert.deepEqual(fromFieldsV1(toFieldsV1(leaves)), leaves);
      }),
    );
  });

  it('takes away what the manager no longer applies, and nothing else', () => {
    const first = apply(
      deployment({ replicas: 2, paused: true }, { a: '1', b: '2' }),
      undefined,
      type,
      writer('one'),
      false,
    );
    const second = apply(deployment({ replicas: 2 }, { b: '3' }), stored(first), type, writer('one'), false);
    assert.deepEqual([second['spec'], second.metadata.labels], [{ replicas: 2 }, { b: '3' }]);
  });

  it('keeps what another manager holds as well', () => {
    const first = apply(deployment({ replicas: 2 }), undefined, type, writer('one'), false);
    const both = apply(deployment({ replicas: 2 }), stored(first), type, writer('two'), false);
    const left = apply(deployment({}), stored(both), type, writer('one'), false);
    assert.deepEqual(left['spec'], { replicas: 2 });
    const { spec: _, ...bare } = deployment({}) as KubeInput & { spec: object };
    const gone = apply(bare, stored(left), type, writer('one'), false);
    assert.deepEqual(gone['spec'], { replicas: 2 });
    assert.deepEqual(managers(gone), ['Apply two']);
  });

  it('removes an item of a keyed list as a whole, also with fields that nobody applied', () => {
    const first = apply(
      deployment(withContainers(container(), { name: 'side', image: 's' })),
      undefined,
      type,
      writer('one'),
      false,
    );
    const live = structuredClone(first) as {
      spec: { template: { spec: { containers: Record<string, unknown>[] } } };
    } & KubeInput;
    for (const each of live.spec.template.spec.containers) each['imagePullPolicy'] = 'Always';
    const second = apply(deployment(withContainers(container())), stored(live), type, writer('one'), false);
    assert.deepEqual(second['spec'], withContainers({ ...container(), imagePullPolicy: 'Always' }));
  });

  it('refuses to change what others own, naming each field, and takes it by force', () => {
    const first = apply(deployment({ replicas: 2, paused: true }), undefined, type, writer('one'), false);
    const config = deployment({ replicas: 3, paused: false });
    assert.throws(() => apply(config, stored(first), type, writer('two'), false), {
      code: 409,
      message: 'Apply failed with 2 conflicts: conflicts with "one" using apps/v1:\n- .spec.replicas\n- .spec.paused',
      details: {
        causes: [
          { reason: 'FieldManagerConflict', message: 'conflict with "one" using apps/v1', field: '.spec.replicas' },
          { reason: 'FieldManagerConflict', message: 'conflict with "one" using apps/v1', field: '.spec.paused' },
        ],
      },
    });
    const forced = apply(config, stored(first), type, writer('two'), true);
    assert.deepEqual(forced['spec'], { replicas: 3, paused: false });
    assert.deepEqual(managers(forced), ['Apply two']);
  });

  it('names an item in a conflict by its key', () => {
    const first = apply(deployment(withContainers(container())), undefined, type, writer('one'), false);
    assert.throws(
      () => apply(deployment(withContainers(container({ image: 'web:2' }))), stored(first), type, writer('two'), false),
      {
        message:
          'Apply failed with 1 conflict: conflict with "one" using apps/v1: .spec.template.spec.containers[name="web"].image',
      },
    );
  });

  it('lets two managers hold different protocols of one port', () => {
    const port = (protocol: string) =>
      deployment(withContainers(container({ ports: [{ containerPort: 53, protocol }] })));
    const first = apply(port('TCP'), undefined, type, writer('one'), false);
    const second = apply(port('UDP'), stored(first), type, writer('two'), false);
    const ports = (second['spec'] as { template: { spec: { containers: { ports: { protocol: string }[] }[] } } })
      .template.spec.containers[0]?.ports;
    assert.deepEqual(
      ports?.map(each => each.protocol),
      ['TCP', 'UDP'],
    );
  });
});

describe('ownership after updates', () => {
  it('goes to who changed a field, and leaves who held it', () => {
    const first = apply(deployment({ replicas: 2, paused: true }), undefined, type, writer('one'), false);
    const next = trackUpdate(
      { ...first, spec: { replicas: 5, paused: true } },
      stored(first),
      type,
      writer('two', 'scale'),
    );
    const entries = next.metadata['managedFields'] as { manager: string; fieldsV1: object }[];
    assert.deepEqual(
      entries.map(({ manager, fieldsV1 }) => [manager, fieldsV1]),
      [
        ['one', { 'f:spec': { 'f:paused': {} } }],
        ['two', { 'f:spec': { 'f:replicas': {} } }],
      ],
    );
  });

  it('believes who writes managedFields itself', () => {
    const first = trackUpdate(deployment({ replicas: 2 }), undefined, type, writer('kubectl-client-side-apply'));
    const entries = (first.metadata['managedFields'] as object[]).map(entry => ({
      ...entry,
      manager: 'kubectl',
      operation: 'Apply',
    }));
    const next = trackUpdate(
      { ...first, metadata: { ...first.metadata, managedFields: entries } },
      stored(first),
      type,
      writer('kubectl'),
    );
    assert.deepEqual(managers(next), ['Apply kubectl']);
  });
});
