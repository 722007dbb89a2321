import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { specJsonSchema } from '../../../../src/core/spec/jsonSchema.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';
import { exampleFiles, head, readExample } from '../templates/specGrid.ts';

const media = new URL('../../../../media/', import.meta.url);
const schemaFile = new URL('private-eks.schema.json', media);

interface JsonSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

describe('the JSON schema for the editor', () => {
  it('is current in media/ (UPDATE_SCHEMA=1 writes it anew)', () => {
    const schema = specJsonSchema();
    if (process.env.UPDATE_SCHEMA) writeFileSync(schemaFile, `${JSON.stringify(schema, undefined, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(schemaFile, 'utf8')), JSON.parse(JSON.stringify(schema)));
  });

  it('describes every field and gives each that may be left out its default', () => {
    const fields = (schema: JsonSchema, path = ''): string[] =>
      Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
        const at = `${path}${name}`;
        assert.ok(field.description, `${at} has a description`);
        if (field.properties) return fields(field, `${at}.`);
        const mustBeGiven = schema.required?.includes(name) ?? false;
        assert.ok(mustBeGiven || 'default' in field || at === 'nodes.default.architecture', `${at} has a default`);
        return [at];
      });
    assert.equal(fields(specJsonSchema()).length, 32);
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

  it('name every field in the full one', () => {
    const full = readExample('full.private-eks.yaml');
    const { properties = {} } = specJsonSchema() as JsonSchema;
    for (const [name, { properties: inner = {} }] of Object.entries(properties)) {
      assert.match(full, new RegExp(`^${name}:`, 'm'));
      for (const field of Object.keys(inner)) assert.match(full, new RegExp(`^  ${field}:`, 'm'));
    }
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
