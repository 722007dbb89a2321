import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { plannedResources } from '../../../../src/core/access/runPolicy.ts';
import { allLooks, unfindable } from '../../../../src/core/leftovers/allLooks.ts';
import { commandsByHand } from '../../../../src/core/leftovers/byHand.ts';
import { clusterOfTags } from '../../../../src/core/leftovers/controllerTags.ts';
import { isWanted, item, type Looking } from '../../../../src/core/leftovers/looking.ts';
import { isRemovable, removals } from '../../../../src/core/leftovers/removeLeftover.ts';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';
import { thirtySpecs } from '../../../support/thirtySpecs.ts';

const core = path.resolve(import.meta.dirname, '../../../../src/core');

/** What sources of templates name: `'AWS::EC2::Subnet'`, and neither `AWS::Region` nor `AWS::EC2::Subnet::Id`. */
function typesIn(folder: string): string[] {
  return readdirSync(path.join(core, folder))
    .map(file => readFileSync(path.join(core, folder, file), 'utf8'))
    .flatMap(text => [...text.matchAll(/\bType: '(AWS::\w+::\w+)'/g)].map(([, type = '']) => type));
}

describe('looks for what is left', () => {
  const found = new Set(allLooks.flatMap(({ types }) => types));
  const named = new Set([...typesIn('templates'), ...typesIn('images')]);

  it('find every resource type that a template names, or say why not', () => {
    assert.ok(named.size >= 20, [...named].join());
    for (const type of named)
      assert.ok(found.has(type) !== (unfindable[type] !== undefined), `${type}: neither found nor explained, or both`);
  });

  it('find every resource type of thirty plans', () => {
    const types = thirtySpecs.flatMap(({ text }) => {
      const { spec } = parseSpec(text);
      assert.ok(spec);
      return plannedResources(buildPlan(spec)).map(([type]) => type);
    });
    assert.deepEqual(
      [...new Set(types)].filter(type => !named.has(type)),
      [],
    );
  });

  it('explain no type that nothing makes any more', () => {
    assert.deepEqual(
      [...found, ...Object.keys(unfindable)].filter(type => !named.has(type)),
      [],
    );
  });

  it('have for each kind either a removal or a command', () => {
    const kinds = [...new Set(allLooks.flatMap(look => look.kinds))];
    for (const kind of kinds)
      assert.ok((removals[kind] === undefined) === (commandsByHand[kind] !== undefined), `${kind}: one of both`);
  });
});

describe('whose a thing is that is left', () => {
  const looking = {
    region: 'eu-west-1',
    living: new Set(['mine']),
    existing: new Set(['mine', 'others', 'halfway']),
    bastions: new Set(['private-eks-bastion-vpc-1']),
  } as Partial<Looking> as Looking;
  const ours = (cluster: string) => ({ 'private-eks:cluster': cluster });
  const controllers = (cluster: string) => ({ [`kubernetes.io/cluster/${cluster}`]: 'owned' });

  it('is told for clusters of ours and for those that are nowhere, never for others’ that live', () => {
    const wanted = (tags: Record<string, string>) => isWanted(looking, tags);
    assert.ok(wanted(ours('others')));
    assert.ok(wanted(controllers('mine')));
    assert.ok(wanted(controllers('gone')));
    assert.ok(wanted({ 'private-eks:bastion': 'vpc-1' }));
    assert.ok(!wanted(controllers('others')));
    assert.ok(!wanted({ [`kubernetes.io/cluster/gone`]: 'shared' }));
    assert.ok(!wanted({ Name: 'mine' }));
    // kops names clusters by domains, and is not in EKS's list.
    assert.ok(!wanted({ KubernetesCluster: 'k8s.example.com' }));
    assert.ok(!wanted({ ...controllers('gone'), 'aws:cloudformation:stack-name': 'eksctl-gone-cluster' }));
    assert.ok(wanted({ ...controllers('mine'), 'aws:cloudformation:stack-name': 'private-eks-mine-nodes' }));
  });

  it('decides who removes it', () => {
    const fate = (tags: Record<string, string>, where = looking) => {
      const told = item(where, 'volume', 'vol-1', tags);
      return [told.fate, isRemovable(told), told.why ?? ''] as const;
    };
    assert.deepEqual(fate(controllers('mine')), ['goes', false, '']);
    assert.deepEqual(fate(ours('gone')).slice(0, 2), ['stays', true]);
    assert.deepEqual(fate(controllers('gone')).slice(0, 2), ['stays', true]);
    assert.match(fate(controllers('gone'))[2], /EKS has no cluster gone here/);
    // Its stacks are lost, it is not.
    assert.deepEqual(fate(ours('halfway')).slice(0, 2), ['stays', false]);
    const blind = { ...looking, existing: undefined };
    assert.deepEqual(fate(controllers('gone'), blind).slice(0, 2), ['stays', false]);
    assert.deepEqual(fate({ 'private-eks:bastion': 'vpc-1' }).slice(1), [
      false,
      'private-eks bastion sweep removes it with its stack',
    ]);
    assert.deepEqual(fate({ 'private-eks:bastion': 'vpc-2' }).slice(0, 2), ['stays', true]);
  });

  it('is known by every tag that a controller sets', () => {
    assert.equal(clusterOfTags({ 'eks:eks-cluster-name': 'demo' }), 'demo');
    assert.equal(item(looking, 'role', 'x', ours('gone')).removable, true);
    assert.equal(isRemovable(item(looking, 'role', 'x', ours('gone'))), false);
    assert.match(item(looking, 'role', 'x', ours('gone')).why ?? '', /by hand: .*aws iam delete-role --role-name x/);
  });
});
