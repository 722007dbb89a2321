import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { specJsonSchema } from '../../../../src/core/spec/jsonSchema.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';
import { readSpecValues } from '../../../../src/core/spec/readSpecValues.ts';
import { exampleFiles, head, readExample } from '../templates/specGrid.ts';

const media = new URL('../../../../media/', import.meta.url);
const schemaFile = new URL('private-eks.schema.json', media);

interface JsonSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** Of a map with names of the user's own. */
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
}

/** Every field there is; `*` stands for a name of the user's own, `[]` for any item of a list. */
function fieldsOf(schema: JsonSchema, path = ''): { path: string; field: JsonSchema; mustBeGiven: boolean }[] {
  const own = schema.additionalProperties;
  const inner = (field: JsonSchema, at: string) => fieldsOf(field, at);
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
      const at = path === '' ? name : `${path}.${name}`;
      return [{ path: at, field, mustBeGiven: schema.required?.includes(name) ?? false }, ...inner(field, at)];
    }),
    ...(typeof own === 'object' ? inner(own, `${path}.*`) : []),
    ...(schema.items ? inner(schema.items, `${path}[]`) : []),
  ];
}

/** Values at a path of `fieldsOf`. */
function valuesAt(value: unknown, path: string): unknown[] {
  return path.split(/\.|(?=\[\])/).reduce<unknown[]>(
    (values, part) =>
      values.flatMap(at => {
        if (typeof at !== 'object' || at === null) return [];
        if (part === '*' || part === '[]') return Object.values(at) as unknown[];
        const inner = (at as Record<string, unknown>)[part];
        return inner === undefined ? [] : [inner];
      }),
    [value],
  );
}

describe('the JSON schema for the editor', () => {
  it('is current in media/ (UPDATE_SCHEMA=1 writes it anew)', () => {
    const schema = specJsonSchema();
    if (process.env.UPDATE_SCHEMA) writeFileSync(schemaFile, `${JSON.stringify(schema, undefined, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(schemaFile, 'utf8')), JSON.parse(JSON.stringify(schema)));
  });

  it('describes every field and gives each that may be left out its default', () => {
    const fields = fieldsOf(specJsonSchema());
    // A map of them is said in the description of the list that they are in.
    const plain = ['taints[].', 'selectors[].', 'podIdentities[].'];
    const withoutDefault = fields.filter(({ path, field, mustBeGiven }) => {
      assert.ok(field.description || plain.some(list => path.includes(list)), `${path} has a description`);
      return !mustBeGiven && !('default' in field) && !field.properties;
    });
    assert.equal(fields.length, 92);
    assert.deepEqual(
      withoutDefault.map(({ path }) => path),
      [
        'network.podCidr',
        'network.serviceCidr',
        'proxy.url',
        'proxy.endpointService',
        'nodes',
        'nodes.*.ami',
        'nodes.*.architecture',
        'nodes.*.taints[].value',
        'addons.*.version',
        'addons.*.configuration',
      ],
    );
    assert.deepEqual((specJsonSchema() as JsonSchema).required, ['apiVersion', 'kind', 'name', 'region']);
  });
});

describe('the examples', () => {
  it('are three or more: a name and a region, every field, and one that forces staging', () => {
    assert.ok(exampleFiles.length >= 3);
    const specs = exampleFiles.map(file => parseSpec(readExample(file)));
    assert.deepEqual(
      specs.flatMap(({ problems }) => problems),
      [],
    );
    const minimal = readExample('minimal.private-eks.yaml').split('\n');
    assert.equal(minimal.filter(line => /^\w/.test(line)).length, 4);
    assert.equal(parseSpec(readExample('staged.private-eks.yaml')).spec?.staging, 'always');
  });

  it('name every field in the full one, but what an existing VPC and a shared proxy have', () => {
    const full = readSpecValues(readExample('full.private-eks.yaml'));
    const vpc = readSpecValues(readExample('existing-vpc.private-eks.yaml'));
    for (const { path } of fieldsOf(specJsonSchema())) {
      const example = /^network\.vpc|^proxy\.(?:endpointService|port)$/.test(path) ? vpc : full;
      assert.notDeepEqual(valuesAt(example, path), [], `an example has ${path}`);
    }
  });

  it('have no nodes where Fargate or Auto Mode stands alone', () => {
    const bare = parseSpec(head).spec;
    for (const { spec } of [
      parseSpec(readExample('fargate.private-eks.yaml')),
      parseSpec(readExample('auto-mode.private-eks.yaml')),
    ])
      assert.deepEqual(spec?.nodes, {});
    assert.deepEqual(Object.keys(bare?.nodes ?? {}), ['default']);
  });
});

describe('the snippets', () => {
  const snippets = JSON.parse(readFileSync(new URL('private-eks.snippets.json', media), 'utf8')) as Readonly<
    Record<
      string,
      { readonly body: readonly string[]; readonly prefix: readonly string[]; readonly description: string }
    >
  >;

  for (const [name, { body, prefix, description }] of Object.entries(snippets)) {
    it(`${name}: gives a spec without a problem as it is inserted`, () => {
      const text = body
        .join('\n')
        .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
        .replace(/\$\{\d+:([^}]*)\}/g, '$1')
        .replace('$0', '');
      const whole = text.startsWith('apiVersion') ? text : head + text;
      assert.deepEqual(parseSpec(whole).problems, []);
      assert.ok(prefix.every(word => word.startsWith('private-eks')) && description !== '');
    });
  }
});
