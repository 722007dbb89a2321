import assert from 'node:assert/strict';
import type { StackView } from '../../../../src/core/aws/stack.ts';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import type { PlannedStack } from '../../../../src/core/plan/plan.ts';
import { resolveParameters } from '../../../../src/core/run/steps/resolveParameters.ts';
import type { StepContext } from '../../../../src/core/run/step.ts';
import { specHashTag } from '../../../../src/core/spec/ownTags.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';

const head = 'apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: eu-west-1\n';
const ops = 'arn:aws:iam::111122223333:role/ops';
const caller = 'arn:aws:iam::111122223333:role/caller';

function planOf(lines = '') {
  const { spec } = parseSpec(head + lines);
  assert.ok(spec);
  return buildPlan(spec);
}

/** Of a stack with one parameter, whose value is what the spec or the caller says now. */
async function resolved(name: string, lines: string, found: Partial<StackView>) {
  const plan = planOf(lines);
  const [first] = plan.stacks;
  assert.ok(first);
  const stack: PlannedStack = { ...first, parameters: { [name]: { from: 'literal', value: caller } } };
  const view = { name: first.name, outputs: {}, tags: {}, parameters: { [name]: ops }, ...found } as StackView;
  return (await resolveParameters(stack, plan, {} as StepContext, view))[name];
}

describe('a parameter that the spec leaves to the caller', () => {
  const admin = 'AdminPrincipalArn';
  const now = { [specHashTag]: planOf().specHash };
  const before = { [specHashTag]: planOf(`access: {administrators: ["${ops}"]}\n`).specHash };

  it('stays as it is in a stack that stands, and in one that failed by the same spec', async () => {
    assert.equal(await resolved(admin, '', { status: 'CREATE_COMPLETE', tags: before }), ops);
    assert.equal(await resolved(admin, '', { status: 'UPDATE_FAILED', tags: before }), ops);
    assert.equal(await resolved(admin, '', { status: 'CREATE_FAILED', tags: now }), ops);
  });

  it('is resolved anew where the stack was never made and the spec has changed: the old value may be what failed', async () => {
    for (const status of ['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'])
      assert.equal(await resolved(admin, '', { status, tags: before }), caller);
  });

  it('moves no zone of a network that is there in part', async () => {
    assert.equal(await resolved('ZoneIds', '', { status: 'CREATE_FAILED', tags: before }), ops);
  });
});
