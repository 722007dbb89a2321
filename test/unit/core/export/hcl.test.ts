import assert from 'node:assert/strict';
import { parse } from '@cdktf/hcl2json';
import fc from 'fast-check';
import {
  attribute,
  block,
  expression,
  HclCall,
  hclFile,
  hclName,
  HclTemplate,
  type HclValue,
} from '../../../../src/core/export/terraform/hcl.ts';

/** hcl2json leaves templates as they are written, so what was escaped for them comes back escaped. */
const asRead = (text: string) => text.replace(/[$%]\{/g, found => `${found[0]}${found}`);

async function readBack(value: HclValue): Promise<unknown> {
  const text = hclFile([{ type: 'locals', body: [attribute('value', value)] }]);
  const read = (await parse('a.tf', text)) as { locals: [{ value: unknown }] };
  return read.locals[0].value;
}

describe('the HCL writer', function () {
  this.timeout(60_000);

  it('writes every text so that a parser reads it', async () => {
    const character = fc.constantFrom(
      '$',
      '%',
      '{',
      '}',
      '"',
      '\\',
      '\n',
      '\r',
      '\t',
      'a',
      ' ',
      'EOT',
      'ä',
      '😀',
      '\u0007',
      '${',
      '%{',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(character, { maxLength: 12 }), async characters => {
        const text = characters.join('');
        assert.equal(await readBack(text), asRead(text));
      }),
      { numRuns: 400 },
    );
  });

  it('keeps the lines of long texts, with values between them', async () => {
    const text = new HclTemplate(['#!/bin/bash\nA=${A}\n  echo ', expression('aws_vpc.vpc.id'), '\n']);
    const written = hclFile([{ type: 'locals', body: [attribute('data', new HclCall('base64encode', [text]))] }]);
    assert.equal(
      written,
      'locals {\n  data = base64encode(<<EOT\n#!/bin/bash\nA=$${A}\n  echo ${aws_vpc.vpc.id}\nEOT\n  )\n}\n',
    );
    await parse('a.tf', written);
  });

  it('writes lists, maps and blocks that a parser reads back', async () => {
    const value = { 'a.b/c': ['x', 1, true], plain: {}, for: 'word', list: [{ deep: 'ä' }, ['y']] };
    assert.deepEqual(await readBack(value), value);
    const written = hclFile([
      {
        type: 'resource',
        labels: ['a', 'b'],
        comment: ['what it is'],
        body: [
          attribute('long_name', 1),
          attribute('b', 'x'),
          block('inner', []),
          block('inner', [attribute('c', true)]),
        ],
      },
    ]);
    assert.equal(
      written,
      '# what it is\nresource "a" "b" {\n  long_name = 1\n  b         = "x"\n\n  inner {}\n\n  inner {\n    c = true\n  }\n}\n',
    );
  });

  it('makes names of every name', () => {
    const known = {
      PrivateSubnet1: 'private_subnet_1',
      'ecr.api': 'ecr_api',
      EKSClusterPolicy: 'eks_cluster_policy',
      S3Endpoint: 's3_endpoint',
      '1-a': 'n1_a',
    };
    for (const [name, expected] of Object.entries(known)) assert.equal(hclName(name), expected);
    fc.assert(fc.property(fc.string({ minLength: 1 }), name => /^[a-z_][a-z0-9_]*$/.test(hclName(name))));
  });
});
