import assert from 'node:assert/strict';
import { refused } from './refused.ts';
import { ThingAccount, thingsTemplate, type Thing } from './thingAccount.ts';

const base = thingsTemplate({ A: { Name: 'a' }, B: { Name: { 'Fn::Sub': '${A}-b' } }, C: { Name: 'c' } });

function made(template: object = base, input: object = {}): ThingAccount {
  const world = new ThingAccount();
  world.create('s', template, input);
  world.settle();
  return world;
}

const after = (world: ThingAccount, run: () => void): string[] => {
  const before = world.events('s').length;
  run();
  world.settle();
  return world.story('s').slice(before);
};

describe('updating a stack', () => {
  it('changes in place, makes what is new, deletes what is gone in the cleanup', () => {
    const world = made();
    const next = thingsTemplate({
      A: { Name: 'a', Size: '2' },
      B: { Name: { 'Fn::Sub': '${A}-b' } },
      D: { Name: 'd' },
    });
    assert.deepEqual(
      after(world, () => world.update('s', next)),
      [
        's UPDATE_IN_PROGRESS User Initiated',
        'A UPDATE_IN_PROGRESS',
        'D CREATE_IN_PROGRESS',
        'D CREATE_IN_PROGRESS Resource creation Initiated',
        'A UPDATE_COMPLETE',
        'D CREATE_COMPLETE',
        's UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
        'C DELETE_IN_PROGRESS',
        'C DELETE_COMPLETE',
        's UPDATE_COMPLETE',
      ],
    );
    assert.deepEqual(world.things(), ['a-b=1', 'a=2', 'd=1']);
    assert.ok(world.stack('s').LastUpdatedTime);
  });

  it('replaces what cannot change, and what hangs on it, keeping the old until the end', () => {
    const world = made();
    const next = thingsTemplate({ A: { Name: 'z' }, B: { Name: { 'Fn::Sub': '${A}-b' } }, C: { Name: 'c' } });
    const story = after(world, () => world.update('s', next));
    assert.deepEqual(story.slice(1, 4), [
      'A UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.',
      'A UPDATE_IN_PROGRESS Resource creation Initiated',
      'A UPDATE_COMPLETE',
    ]);
    assert.deepEqual(story.slice(7), [
      's UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'B DELETE_IN_PROGRESS',
      'B DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      's UPDATE_COMPLETE',
    ]);
    assert.deepEqual(world.things(), ['c=1', 'z-b=1', 'z=1']);
  });

  it('keeps a replaced thing when UpdateReplacePolicy says so', () => {
    const world = made(thingsTemplate({ A: { Name: 'a', $with: { UpdateReplacePolicy: 'Retain' } } }));
    const story = after(world, () =>
      world.update('s', thingsTemplate({ A: { Name: 'z', $with: { UpdateReplacePolicy: 'Retain' } } })),
    );
    assert.ok(story.includes('A DELETE_SKIPPED'));
    assert.deepEqual(world.things(), ['a=1', 'z=1']);
  });

  it('rolls back whole: changed, replaced, new', () => {
    const world = made();
    const next = thingsTemplate({
      A: { Name: 'z' },
      B: { Name: 'a-b', Size: '3' },
      D: { Name: 'd' },
      E: { Size: 'refused', $with: { DependsOn: ['A', 'B', 'D'] } },
    });
    const story = after(world, () => world.update('s', next));
    assert.deepEqual(story.slice(-11), [
      's UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [E].',
      'A UPDATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_COMPLETE',
      's UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'E DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'D DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'D DELETE_COMPLETE',
      's UPDATE_ROLLBACK_COMPLETE',
    ]);
    assert.deepEqual(world.things(), ['a-b=1', 'a=1', 'c=1']);
    assert.equal(
      refused(() => world.update('s', base)),
      'ValidationError: No updates are to be performed.',
    );
  });

  it('with DisableRollback stays UPDATE_FAILED and carries on with the flag', () => {
    const world = made();
    const bad = thingsTemplate({ A: { Name: 'a', Size: 'refused' }, B: { Name: 'a-b', Size: '3' }, C: { Name: 'c' } });
    after(world, () => world.update('s', bad, { DisableRollback: true }));
    assert.equal(world.stack('s').StackStatus, 'UPDATE_FAILED');
    assert.equal(world.stack('s').StackStatusReason, 'The following resource(s) failed to update: [A]. ');
    assert.deepEqual(world.things(), ['a-b=3', 'a=1', 'c=1']);
    assert.match(
      refused(() => world.update('s', base)),
      /^ValidationError: This stack is currently in a non-terminal \[UPDATE_FAILED\] state\./,
    );
    const good = thingsTemplate({ A: { Name: 'a', Size: '4' }, B: { Name: 'a-b', Size: '3' }, C: { Name: 'c' } });
    after(world, () => world.update('s', good, { DisableRollback: true }));
    assert.equal(world.stack('s').StackStatus, 'UPDATE_COMPLETE');
    assert.deepEqual(world.things(), ['a-b=3', 'a=4', 'c=1']);
  });

  it('says when there is nothing to do, whatever is written differently', () => {
    const world = made({
      ...base,
      Parameters: { P: { Type: 'String', Default: 'x' } },
      Outputs: { O: { Value: 'v' } },
    });
    const same = {
      Description: 'new',
      Parameters: { P: { Type: 'String', Default: 'x' } },
      Outputs: { O: { Value: 'v' } },
    };
    const literal = thingsTemplate(
      { A: { Name: { 'Fn::Join': ['', ['a']] } }, B: { Name: 'a-b' }, C: { Name: 'c' } },
      same,
    );
    assert.equal(
      refused(() => world.update('s', literal)),
      'ValidationError: No updates are to be performed.',
    );
    assert.equal(
      refused(() => world.call('UpdateStack', { StackName: 's', UsePreviousTemplate: true })),
      'ValidationError: No updates are to be performed.',
    );
    assert.deepEqual(
      after(world, () => world.update('s', { ...literal, Outputs: { O: { Value: 'w' } } })),
      ['s UPDATE_IN_PROGRESS User Initiated', 's UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 's UPDATE_COMPLETE'],
    );
    assert.equal(world.stack('s').Outputs?.[0]?.OutputValue, 'w');
  });

  it('takes new stack tags to every resource that has tags', () => {
    const world = made();
    const story = after(world, () => world.update('s', base, { Tags: [{ Key: 'k', Value: 'v' }] }));
    assert.equal(story.filter(line => line.endsWith('UPDATE_COMPLETE')).length, 4);
    assert.deepEqual(world.account.table<Thing>('things').get('a')?.tags[0], { Key: 'k', Value: 'v' });
    assert.equal(
      refused(() => world.update('s', base, { Tags: [{ Key: 'k', Value: 'v' }] })),
      'ValidationError: No updates are to be performed.',
    );
  });

  it('keeps parameters by UsePreviousValue', () => {
    const template = {
      ...thingsTemplate({ A: { Name: 'a', Size: { Ref: 'Size' } } }),
      Parameters: { Size: { Type: 'Number' }, Other: { Type: 'String', Default: 'o' } },
    };
    const world = made(template, { Parameters: [{ ParameterKey: 'Size', ParameterValue: '5' }] });
    const keep = { Parameters: [{ ParameterKey: 'Size', UsePreviousValue: true }] };
    assert.equal(
      refused(() => world.update('s', template, keep)),
      'ValidationError: No updates are to be performed.',
    );
    assert.equal(
      refused(() => world.update('s', template)),
      'ValidationError: Parameters: [Size] must have values',
    );
    after(world, () => world.update('s', template, { Parameters: [{ ParameterKey: 'Size', ParameterValue: '6' }] }));
    assert.deepEqual(world.things(), ['a=6']);
  });

  it('knows the states in which a stack is updated', () => {
    const world = made();
    world.update('s', thingsTemplate({ A: { Name: 'a', Size: '2' }, B: { Name: 'a-b' }, C: { Name: 'c' } }));
    world.pass(5);
    assert.match(
      refused(() => world.update('s', base)),
      /is in UPDATE_IN_PROGRESS state and can not be updated\.$/,
    );
    assert.equal(
      refused(() => world.update('nope', base)),
      'ValidationError: Stack [nope] does not exist',
    );
  });

  it('a delete after a failed update leaves nothing, replaced things included', () => {
    const world = made();
    const id = world.stack('s').StackId ?? '';
    const bad = thingsTemplate({ A: { Name: 'z' }, B: { Name: 'y', Size: 'refused' }, C: { Name: 'c' } });
    after(world, () => world.update('s', bad, { DisableRollback: true }));
    assert.equal(world.stack('s').StackStatus, 'UPDATE_FAILED');
    world.call('DeleteStack', { StackName: 's' });
    world.settle();
    assert.equal(world.stack(id).StackStatus, 'DELETE_COMPLETE');
    assert.deepEqual(world.things(), []);
  });
});
