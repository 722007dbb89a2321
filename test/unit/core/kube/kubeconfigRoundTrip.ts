import assert from 'node:assert/strict';
import { parse, stringify } from 'yaml';
import { PrivateEksError } from '../../../../src/core/errors.ts';
import { kubeconfigEntries } from '../../../../src/core/kube/kubeconfig.ts';
import { dataBesides } from '../../../../src/core/kube/merge/kubeconfigDocument.ts';
import { mergeKubeconfig } from '../../../../src/core/kube/merge/mergeKubeconfig.ts';
import { unmergeKubeconfig } from '../../../../src/core/kube/merge/unmergeKubeconfig.ts';
import { randomKubeconfig } from './randomKubeconfig.ts';

export const entries = kubeconfigEntries({
  cluster: {
    name: 'payments',
    arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/payments',
    region: 'eu-west-1',
    host: 'ABC.gr7.eu-west-1.eks.amazonaws.com',
    certificateAuthority: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    vpcId: 'vpc-0',
    status: 'ACTIVE',
  },
  port: 50_443,
  launcher: 'C:\\Users\\Jürgen Ö\\private-eks-token.cmd',
  profile: 'yes',
  callerArn: 'arn:aws:sts::111122223333:assumed-role/Admin/me',
  environment: {},
});

const begun = { apiVersion: 'v1', kind: 'Config' };

/** Ways in which tools write a kubeconfig anew; one file in four is written so. */
const rewrites: readonly ((data: unknown) => string)[] = [
  value => stringify(value, { sortMapEntries: true, indentSeq: false }),
  value => stringify(value, { indent: 4, collectionStyle: 'flow' }),
  value => JSON.stringify(value),
  value => `${JSON.stringify(value, undefined, 2)}\n`,
];

/** Merges into the seed's kubeconfig and undoes it; throws where anything else changed. `refused` is the code of a refusal. */
export function roundTrip(seed: number): { readonly refused?: string } {
  const text = randomKubeconfig(seed);
  let merged;
  try {
    merged = mergeKubeconfig(text, entries, 'config');
  } catch (error) {
    if (error instanceof PrivateEksError) return { refused: error.code };
    throw error;
  }
  if (merged.parts.every(({ removed }) => removed === '')) onlyAdded(text, merged.text);
  const before = data(text);
  const after = data(merged.text);
  for (const { list, name, value } of entries) {
    const items = after[list] as { name: string }[];
    assert.deepEqual(
      items.filter(one => one.name === name),
      [{ name, [list.slice(0, -1)]: value }],
    );
    const rest = items.filter(one => one.name !== name);
    assert.deepEqual(rest, before[list] ?? [], `seed ${seed}: ${list}`);
  }
  assert.equal(after['current-context'], before['current-context']);
  const undone = unmergeKubeconfig(merged.text, merged.parts, 'config');
  assert.equal(undone.text, text, `seed ${seed}`);
  assert.deepEqual([undone.removed.length, undone.kept, undone.dangling], [3, [], []]);
  const rewrite = rewrites[seed % (rewrites.length * 4)];
  if (rewrite) {
    const anew = unmergeKubeconfig(rewrite(after), merged.parts, 'config');
    assert.deepEqual([anew.removed.length, anew.kept], [3, []], `seed ${seed}, written anew`);
    // What begins a file that was empty may stay where a tool has made it its own.
    const rest = dataBesides(data(anew.text), []);
    if (Object.keys(before).length === 0) assert.deepEqual({ ...rest, apiVersion: 'v1', kind: 'Config' }, begun);
    else assert.deepEqual(rest, dataBesides(before, []), `seed ${seed}, written anew`);
  }
  return {};
}

/** The old text is what is left of the new one when characters are taken out: found without asking the code under test. */
function onlyAdded(before: string, after: string): void {
  let at = 0;
  for (const character of after) if (before.startsWith(character, at)) at += character.length;
  assert.equal(at, before.length, 'the old text does not stand in the new one');
}

function data(text: string): Record<string, unknown> {
  return (parse(text.replace(/^\uFEFF/, ''), { merge: true, logLevel: 'silent' }) ?? {}) as Record<string, unknown>;
}
