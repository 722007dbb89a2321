import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { PrivateEksError } from '../../../../src/core/errors.ts';
import { setSpecValue, type SpecValue } from '../../../../src/core/spec/editSpec.ts';
import { newSpecText } from '../../../../src/core/spec/newSpecText.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';
import { isSpecFile } from '../../../../src/core/spec/specFile.ts';
import { formatSpecPath, parseSpecPath } from '../../../../src/core/spec/specPath.ts';
import { readSpecValues } from '../../../../src/core/spec/readSpecValues.ts';
import { locate, readSpecText } from '../../../../src/core/spec/specText.ts';
import { valueAt } from '../../../../src/core/spec/specValues.ts';

const full = readFileSync(new URL('../../../../examples/full.private-eks.yaml', import.meta.url), 'utf8');
const comments = (text: string) => text.split(/\r?\n/).flatMap(line => /(?:^|\s)#.*$/.exec(line)?.[0].trim() ?? []);

/** Edits that the planner makes, on any field, with any value that its form can hold. */
const word = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9./-]{0,12}$/),
  fc.constantFrom(
    'yes',
    'true',
    '1.30',
    '# no comment',
    'a: b',
    "it's",
    '"',
    '',
    ' ',
    '[x',
    'ä',
    '*',
    '&a',
    '!x',
    '- a',
    '0x1',
    'null',
    '~',
  ),
);
const anyEdit: fc.Arbitrary<readonly [string, SpecValue | undefined]> = fc.oneof(
  fc.tuple(
    fc.constantFrom('name', 'version', 'staging', 'network.cidr', 'encryption.key', 'nodes.default.capacity'),
    fc.option(word, { nil: undefined }),
  ),
  fc.tuple(
    fc.constantFrom('nodes.default.minSize', 'nodes.default.maxSize', 'logs.retentionDays', 'network.zones'),
    fc.option(fc.nat(500), { nil: undefined }),
  ),
  fc.tuple(
    fc.constantFrom('features.irsa', 'features.images', 'encryption.key', 'deletionProtection'),
    fc.option(fc.boolean(), { nil: undefined }),
  ),
  fc.tuple(
    fc.constantFrom('nodes.default.instanceTypes', 'logs.types', 'access.administrators', 'network.zones'),
    fc.option(fc.array(word, { maxLength: 4 }), { nil: undefined }),
  ),
  fc.tuple(
    fc.constantFrom('nodes.gpu.taints', 'nodes.new-ones.taints', 'fargate.batch.selectors', 'access.podIdentities'),
    fc.option(fc.array(fc.record({ key: word, value: word }, { noNullPrototype: true }), { maxLength: 3 }), {
      nil: undefined,
    }),
  ),
  fc.tuple(
    fc.constantFrom('nodes.gpu', 'nodes["1st"]', 'network.vpc', 'autoMode', 'addons.aws-efs-csi-driver'),
    fc.option(
      fc.record(
        { id: word, list: fc.array(word, { maxLength: 2 }), map: fc.record({ a: word }, { noNullPrototype: true }) },
        { noNullPrototype: true },
      ),
      { nil: undefined },
    ),
  ),
  fc.tuple(
    fc.constantFrom('tags', 'nodes.default.labels'),
    fc.option(
      fc.dictionary(
        word.filter(key => key.length < 30),
        word,
        { maxKeys: 4, noNullPrototype: true },
      ),
      { nil: undefined },
    ),
  ),
);

function valueOf(text: string, path: string): unknown {
  return valueAt(parse(text) as unknown, parseSpecPath(path) ?? []);
}

describe('editing a spec', () => {
  it('changes the characters of the value and no other', () => {
    const edited = setSpecValue(full, 'network.zones', 2);
    assert.equal(edited, full.replace('zones: 3 #', 'zones: 2 #'));
    assert.equal(setSpecValue(full, 'version', '1.35'), full.replace("'1.36'", "'1.35'"));
    assert.equal(setSpecValue(full, 'features.metrics', false), full.replace('metrics: true', 'metrics: false'));
  });

  it('leaves the text alone when it says so already', () => {
    assert.equal(setSpecValue(full, 'network.zones', 3), full);
    assert.equal(setSpecValue(full, 'nodes.taints', undefined), full);
  });

  it('puts new fields behind the others of their section', () => {
    const text = 'name: a # why\nnetwork: # soon\nnodes:\n  default:\n    minSize: 1 # few\n\n# end\n';
    const edited = [
      ['network.zones', 2],
      ['nodes.default.maxSize', 3],
      ['features.irsa', true],
    ].reduce((now, [path, value]) => setSpecValue(now, String(path), value as SpecValue), text);
    assert.equal(
      edited,
      'name: a # why\nnetwork: # soon\n  zones: 2\nnodes:\n  default:\n    minSize: 1 # few\n    maxSize: 3\nfeatures:\n  irsa: true\n\n# end\n',
    );
  });

  it('removes fields, and sections that are empty then', () => {
    const text = 'name: a\nfeatures:\n  irsa: true # x\nnodes: {default: {minSize: 1, maxSize: 2}}\n';
    assert.equal(
      setSpecValue(text, 'features.irsa', undefined),
      'name: a\nnodes: {default: {minSize: 1, maxSize: 2}}\n',
    );
    assert.equal(
      setSpecValue(text, 'nodes.default.minSize', undefined),
      'name: a\nfeatures:\n  irsa: true # x\nnodes: {default: {maxSize: 2}}\n',
    );
  });

  it('sets and removes items of a list', () => {
    const text = 'nodes:\n  default:\n    instanceTypes: [t3.medium, t3.large] # two\n';
    assert.equal(
      setSpecValue(text, 'nodes.default.instanceTypes[1]', 'm5.large'),
      text.replace('t3.large', 'm5.large'),
    );
    assert.deepEqual(
      valueOf(setSpecValue(text, 'nodes.default.instanceTypes[0]', undefined), 'nodes.default.instanceTypes'),
      ['t3.large'],
    );
    assert.throws(() => setSpecValue(text, 'nodes.default.instanceTypes[7]', 'x'), PrivateEksError);
  });

  it('begins an empty file', () => {
    assert.equal(setSpecValue('', 'name', 'a'), 'name: a\n');
    assert.equal(setSpecValue('# mine\n', 'network.zones', 2), '# mine\nnetwork:\n  zones: 2\n');
  });

  it('gives the value back when read, keeps every other value and comment, and the line endings', () => {
    fc.assert(
      fc.property(
        fc.array(anyEdit, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.boolean(),
        (edits, crlf, mark) => {
          const start = crlf ? full.replaceAll('\n', '\r\n') : full;
          let text = mark ? `\uFEFF${start}` : start;
          for (const [path, value] of edits) {
            const before = text;
            text = setSpecValue(text, path, value);
            assert.deepEqual(valueOf(text, path), value);
            const others = { ...readSpecValues(before) };
            const now = { ...readSpecValues(text) };
            const section = String(parseSpecPath(path)?.[0]);
            delete others[section];
            delete now[section];
            assert.deepEqual(now, others);
            assert.equal(text.startsWith('\uFEFF'), mark);
            assert.equal(/(?<!\r)\n/.test(text), !crlf);
            if (value !== undefined && typeof value !== 'object') {
              assert.deepEqual(
                comments(text).filter(comment => comments(before).includes(comment)),
                comments(before),
              );
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('adds and removes a group and leaves the others’ comments', () => {
    const added = setSpecValue(full, 'nodes.more', { instanceTypes: ['t3.medium'] });
    assert.match(added, /\n {2}more:\n {4}instanceTypes:\n {6}- t3\.medium\n/);
    assert.equal(setSpecValue(added, 'nodes.more', undefined), full);
    const without = setSpecValue(full, 'nodes.gpu', undefined);
    assert.deepEqual(parseSpec(without).problems, []);
    assert.deepEqual(Object.keys(parseSpec(without).spec?.nodes ?? {}), ['default', 'hardened']);
    assert.deepEqual(
      comments(without),
      comments(full).filter(comment => !/NVIDIA|tolerate them|PreferNoSchedule/.test(comment)),
    );
    const tainted = setSpecValue(full, 'nodes.gpu.taints', [{ key: 'a', effect: 'NoExecute' }]);
    assert.deepEqual(parseSpec(tainted).spec?.nodes.gpu?.taints, [{ key: 'a', effect: 'NoExecute' }]);
  });

  it('keeps each comment line when whole fields go', () => {
    const wholeLines = full.split('\n').filter(line => line.trimStart().startsWith('#'));
    for (const path of [
      'network.apiAccess',
      'features',
      'nodes.default.labels',
      'access.administrators',
      'tags',
      'version',
    ]) {
      const edited = setSpecValue(full, path, undefined).split('\n');
      assert.deepEqual(
        edited.filter(line => line.trimStart().startsWith('#')),
        wholeLines,
      );
    }
  });

  it('is refused where the text is not YAML or the path no field', () => {
    assert.throws(() => setSpecValue('a: [', 'name', 'x'), { code: 'spec-not-editable' });
    assert.throws(() => setSpecValue('- a', 'name', 'x'), { code: 'spec-not-editable' });
    for (const path of ['', '[0]', 'a..b', '__proto__', 'tags["__proto__"]', 'a b']) {
      assert.throws(() => setSpecValue('name: a', path, 'x'), { code: 'spec-not-editable' }, path);
    }
  });
});

describe('a new spec', () => {
  it('is good as it stands', () => {
    assert.deepEqual(parseSpec(newSpecText('payments', 'eu-west-1')).problems, []);
  });

  it('holds its name whatever that is', () => {
    fc.assert(fc.property(word, name => assert.equal(readSpecValues(newSpecText(name, 'eu-west-1')).name, name)));
  });
});

describe('a path', () => {
  it('is written and read', () => {
    assert.equal(formatSpecPath(['tags', 'a.b', 'c', 0]), 'tags["a.b"].c[0]');
    const part = fc.oneof(fc.string(), fc.nat(99));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), path =>
        assert.deepEqual(parseSpecPath(formatSpecPath(path)), path),
      ),
    );
  });

  it('leads to its field, or to the nearest thing around it', () => {
    const text = 'name: a\nnodes:\n  minSize: 1\n';
    const start = (...path: string[]) => locate(readSpecText(text), path).start;
    assert.deepEqual(start('nodes', 'minSize'), { line: 3, column: 12, offset: 26 });
    assert.equal(start('nodes', 'maxSize').line, 2);
    assert.equal(start('features', 'irsa').line, 1);
  });
});

describe('a spec file by its name', () => {
  it('ends in .private-eks.yaml', () => {
    for (const name of ['a.private-eks.yaml', '/x/y/a.private-eks.yml', 'C:\\x\\A.Private-EKS.YAML'])
      assert.ok(isSpecFile(name));
    for (const name of ['.private-eks.yaml', 'a.yaml', 'private-eks.yaml', 'a.private-eks.yaml.bak'])
      assert.ok(!isSpecFile(name));
  });
});
