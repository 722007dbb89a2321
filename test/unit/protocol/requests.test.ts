import fc from 'fast-check';
import assert from 'node:assert/strict';
import { readPlannerRequest } from '../../../src/protocol/planner.ts';
import { readRunPanelRequest } from '../../../src/protocol/runPanel.ts';
import { readTunnelPanelRequest, readTunnelPlace } from '../../../src/protocol/tunnelPanel.ts';

const readers = { planner: readPlannerRequest, run: readRunPanelRequest, tunnel: readTunnelPanelRequest } as const;
const plannerTypes = ['open-yaml', 'export-templates', 'create', 'sign-in', 'show-run'] as const;
const tunnelTypes = [
  'connect',
  'disconnect',
  'reconnect',
  'change-route',
  'copy-environment',
  'copy-diagnostics',
  'open-terminal',
  'sign-in',
] as const;
const runTypes = ['cancel', 'retry', 'resume', 'delete', 'open-spec', 'connect', 'sign-in'] as const;

describe('what a panel may ask for', () => {
  for (const [name, read] of Object.entries(readers)) {
    it(`${name}: anything else is refused without an error`, () => {
      fc.assert(
        fc.property(fc.anything({ withNullPrototype: true }), message => {
          assert.equal(read(message), undefined);
        }),
      );
    });

    it(`${name}: garbage around a known type gives that request's own members alone, or nothing`, () => {
      const types = fc.constantFrom<string>(
        'ready',
        'edit',
        'copy',
        'events',
        'reveal',
        'select-account',
        'apply-suggestion',
        ...plannerTypes,
        ...runTypes,
        ...tunnelTypes,
        'use-route',
      );
      const members = [
        'type',
        'version',
        'path',
        'id',
        'index',
        'what',
        'filter',
        'level',
        'kind',
        'edits',
        'from',
        'count',
      ];
      fc.assert(
        fc.property(
          types,
          fc.dictionary(fc.constantFrom(...members.slice(1), 'extra'), fc.anything()),
          (type, rest) => {
            const request = read({ ...rest, type });
            if (request) for (const member of Object.keys(request)) assert.ok(members.includes(member), member);
          },
        ),
      );
    });
  }

  it('events, only so many and at a place that can be', () => {
    const asked = { type: 'events', filter: 'vpc', level: 'failures', from: 300, count: 200 } as const;
    assert.deepEqual(readRunPanelRequest({ ...asked, extra: 1 }), asked);
    for (const wrong of [
      { from: -1 },
      { from: 0.5 },
      { from: '0' },
      { from: Number.NaN },
      { from: Number.POSITIVE_INFINITY },
      { count: 501 },
      { count: undefined },
      { level: 'some' },
      { filter: 'x'.repeat(501) },
    ])
      assert.equal(readRunPanelRequest({ ...asked, ...wrong }), undefined, JSON.stringify(wrong));
  });

  it('plain requests', () => {
    for (const type of plannerTypes) assert.deepEqual(readPlannerRequest({ type, extra: 1 }), { type });
    for (const type of runTypes) assert.deepEqual(readRunPanelRequest({ type, extra: 1 }), { type });
    for (const type of tunnelTypes) assert.deepEqual(readTunnelPanelRequest({ type, extra: 1 }), { type });
    assert.deepEqual(readRunPanelRequest({ type: 'ready', version: 1 }), { type: 'ready', version: 1 });
  });

  it('edits of several fields with values of a sensible size and depth, and no others', () => {
    const edit = (value: unknown) =>
      readPlannerRequest({ type: 'edit', edits: [{ path: 'nodes.default.diskGiB', value, extra: 1 }] });
    const taints = { gpu: { taints: [{ key: 'a', effect: 'NoSchedule' }] } };
    for (const value of [null, 1, true, 'text', ['a', 1], { team: 'a' }, taints])
      assert.deepEqual(edit(value), { type: 'edit', edits: [{ path: 'nodes.default.diskGiB', value }] });
    const deep = [[[[[['a']]]]]];
    for (const value of [undefined, deep, 'x'.repeat(2049), Array.from({ length: 501 }, () => 1), { a: () => 1 }])
      assert.equal(edit(value), undefined);
    const one = { path: 'name', value: 'a' };
    assert.deepEqual(readPlannerRequest({ type: 'edit', edits: [one, one] }), { type: 'edit', edits: [one, one] });
    for (const edits of [undefined, one, [one, null], [{ path: 1, value: 1 }], Array.from({ length: 21 }, () => one)])
      assert.equal(readPlannerRequest({ type: 'edit', edits }), undefined);
    assert.equal(readPlannerRequest({ type: 'edit', edits: [{ path: 'x'.repeat(201), value: 1 }] }), undefined);
  });

  it('copies with a known extent', () => {
    assert.deepEqual(readRunPanelRequest({ type: 'copy', what: 'support' }), { type: 'copy', what: 'support' });
    const events = { type: 'copy', what: 'events', filter: 'ecr', level: 'failures' };
    assert.deepEqual(readRunPanelRequest(events), events);
    assert.equal(readRunPanelRequest({ ...events, level: 'some' }), undefined);
    assert.equal(readRunPanelRequest({ ...events, filter: 'x'.repeat(501) }), undefined);
    assert.equal(readRunPanelRequest({ ...events, what: 'everything' }), undefined);
  });

  it('a way in that there is', () => {
    const use = (kind: unknown) => readTunnelPanelRequest({ type: 'use-route', kind, target: 'i-0' });
    assert.deepEqual(use('new-bastion'), { type: 'use-route', kind: 'new-bastion' });
    for (const kind of ['automatic', 'toString', undefined, 1]) assert.equal(use(kind), undefined);
  });

  it('a tunnel by the three names that a panel keeps', () => {
    const place = { accountId: '000000000000', region: 'eu-west-1', cluster: 'payments' };
    assert.deepEqual(readTunnelPlace({ ...place, extra: 1 }), place);
    for (const wrong of [
      undefined,
      [],
      { ...place, cluster: '' },
      { ...place, region: 1 },
      { ...place, cluster: 'x'.repeat(201) },
    ])
      assert.equal(readTunnelPlace(wrong), undefined);
  });
});
