import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { findKubectl } from '../../../../src/core/kube/findKubectl.ts';
import { mergeKubeconfig } from '../../../../src/core/kube/merge/mergeKubeconfig.ts';
import { unmergeKubeconfig } from '../../../../src/core/kube/merge/unmergeKubeconfig.ts';
import { skipBecause } from '../../../skipBecause.ts';
import { entries } from './kubeconfigRoundTrip.ts';
import { randomKubeconfig } from './randomKubeconfig.ts';

interface View {
  readonly [list: string]: readonly { readonly name: string }[] | null;
}

const count = 6;
const name = entries[0]?.name ?? '';

describe('a merged kubeconfig, as the real kubectl reads it', function () {
  this.timeout(60_000);
  let folder: string;
  let kubectl: string;

  before(async function () {
    const { path: found } = await findKubectl(process.env, process.platform);
    if (found === undefined) skipBecause(this, 'no kubectl on PATH');
    kubectl = found;
    folder = mkdtempSync(path.join(os.tmpdir(), 'private-eks-view-'));
  });
  after(() => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const started = async (text: string, args: readonly string[]) => {
    const file = path.join(mkdtempSync(path.join(folder, 'one-')), 'config');
    writeFileSync(file, text);
    const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: file };
    const { stdout } = await promisify(execFile)(kubectl, ['config', ...args], { env });
    return { stdout, text: readFileSync(file, 'utf8') };
  };
  const run = async (text: string, ...args: string[]) => (await started(text, args)).stdout;
  /** As kubectl itself writes it, with a cluster more. */
  const rewritten = async (text: string) =>
    (await started(text, ['set-cluster', 'more', '--server=https://more'])).text;
  const view = async (text: string) => JSON.parse(await run(text, 'view', '--raw', '-o', 'json')) as View;

  it(`has ours besides all that was there, in ${count} random files`, async () => {
    let compared = 0;
    for (let seed = 1; compared < count; seed++) {
      assert.ok(seed < count * 10, 'kubectl reads hardly any of these files');
      const text = randomKubeconfig(seed);
      // Go reads some of what YAML allows otherwise, or not at all.
      const before = await view(text).catch(() => undefined);
      if (!before) continue;
      const merged = mergeKubeconfig(text, entries, 'config');
      const after = await view(merged.text);
      for (const [key, value] of Object.entries(after)) {
        const ours = entries.find(({ list }) => list === key);
        if (!ours) assert.deepEqual(value, before[key], `seed ${seed}: ${key}`);
        else {
          assert.deepEqual(
            value?.find(one => one.name === name),
            { name, [key.slice(0, -1)]: ours.value },
          );
          assert.deepEqual(
            value?.filter(one => one.name !== name),
            before[key] ?? [],
            `seed ${seed}: ${key}`,
          );
        }
      }
      const undone = unmergeKubeconfig(await rewritten(merged.text), merged.parts, 'config');
      assert.deepEqual(undone.kept, [], `seed ${seed}`);
      assert.deepEqual(await view(undone.text), await view(await rewritten(text)), `seed ${seed}`);
      compared++;
    }
  });

  it('lists the context, and leaves the current one as it is', async () => {
    const text = 'current-context: home\ncontexts:\n- name: home\n  context: {cluster: a, user: b}\n';
    const merged = mergeKubeconfig(text, entries, 'config').text;
    assert.deepEqual((await run(merged, 'get-contexts', '-o', 'name')).trimEnd().split('\n').toSorted(), [
      'home',
      name,
    ]);
    assert.equal(await run(merged, 'current-context'), 'home\n');
  });
});
