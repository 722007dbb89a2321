import assert from 'node:assert/strict';
import { describeKeyAt, pathAround, siblingKeys, suggestionsAt } from '../../../../src/core/spec/specAssist.ts';

/** A text with `|` where the cursor is. */
function at(text: string): [string[], number, number] {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  return [text.replace('|', '').split('\n'), before.length - 1, before.at(-1)?.length ?? 0];
}
const labels = (text: string) => suggestionsAt(...at(text)).map(({ label }) => label);

describe('writing a spec', () => {
  it('knows where the cursor is, in lists, too', () => {
    const path = (text: string) => {
      const [lines, line] = at(text);
      return pathAround(lines, line);
    };
    assert.deepEqual(path('nodes:\n  gpu:\n    |'), ['nodes', 'gpu']);
    assert.deepEqual(path('nodes:\n  gpu:\n    taints:\n      - key: a\n        |'), ['nodes', 'gpu', 'taints', 0]);
    assert.deepEqual(path('nodes:\n  gpu:\n    taints:\n    - key: a\n    - |'), ['nodes', 'gpu', 'taints', 0]);
    assert.deepEqual(path('nodes:\n  gpu:\n    taints:\n      - key: a\n  big:\n    |'), ['nodes', 'big']);
    assert.deepEqual(path('fargate:\n  a:\n    selectors:\n      - labels:\n          |'), [
      'fargate',
      'a',
      'selectors',
      0,
      'labels',
    ]);
    assert.deepEqual(path('# top\n|'), []);
  });

  it('offers the fields of a group whatever its name is, and their values', () => {
    assert.ok(labels('nodes:\n  anything at all:\n|').includes('network'));
    assert.ok(labels('nodes:\n  my-gpus:\n    |').includes('taints'));
    assert.deepEqual(labels('nodes:\n  my-gpus:\n    os: |'), ['al2023', 'bottlerocket']);
    assert.deepEqual(labels('nodes:\n  my-gpus:\n    taints:\n      - effect: |'), [
      'NoSchedule',
      'PreferNoSchedule',
      'NoExecute',
    ]);
    assert.deepEqual(labels('fargate:\n  apps:\n    |'), ['selectors']);
    assert.deepEqual(labels('controlPlane:\n  zonalShift: |'), ['true', 'false']);
  });

  it('offers names to begin with where the names are the user’s own', () => {
    assert.deepEqual(labels('nodes:\n  |'), ['default']);
    assert.ok(labels('addons:\n  |').includes('metrics-server'));
  });

  it('knows what the map around the cursor has already, of this item of a list alone', () => {
    const written = (text: string) => [...siblingKeys(...at(text))].sort();
    assert.deepEqual(written('name: a\n|\nnodes:\n  default:\n    os: al2023\nregion: b'), ['name', 'nodes', 'region']);
    assert.deepEqual(written('nodes:\n  a:\n    os: al2023\n  b:\n    # mine\n\n    |\n    minSize: 1\nname: x'), [
      'minSize',
    ]);
    assert.deepEqual(written('t:\n  - key: a\n    value: b\n  - key: c\n    |\n  - effect: d'), ['key']);
    assert.deepEqual(written('t:\n  - key: a\n  - |\n    value: b\n  - effect: d'), ['value']);
    assert.deepEqual(written('t:\n- key: a\n- |\nname: x'), []);
    assert.deepEqual(written('na|me: a'), []);
  });

  it('says what a key means', () => {
    const told = (text: string) => describeKeyAt(...at(text));
    assert.match(
      told('nodes:\n  my-gpus:\n    capa|city: spot\n')?.text ?? '',
      /two minutes.*One of on-demand, spot\./s,
    );
    assert.deepEqual(told('nodes:\n  a:\n    taints|:\n')?.path, ['nodes', 'a', 'taints']);
    assert.equal(told('name: pay|ments\n'), undefined);
    assert.equal(told('nonsense|: 1\n'), undefined);
  });
});
