import assert from 'node:assert/strict';
import { bastionConsent, routeItems } from '../../../../src/editor/tunnels/routeItems.ts';
import { report, route } from './tunnelSamples.ts';

const offer = { hourlyUsd: 0.0123, ttlMinutes: 480 };

describe('the quick pick of routes', () => {
  it('has every way in, in the order in which they are looked at', () => {
    const kinds = routeItems(undefined, undefined, [], offer).map(({ choice }) => choice.kind);
    assert.deepEqual(kinds, ['automatic', 'direct', 'instance', 'bastion', 'new-bastion']);
  });

  it('has each instance that is known, each once, and marks the one in use', () => {
    const agent = { version: '3.3.2746.0', status: 'Online' };
    const known = ['i-0123456789abcdef0', 'i-0f0f0f0f0f0f0f0f0'].map(instanceId => ({
      instanceId,
      isNode: true,
      agent,
    }));
    const unmanaged = { instanceId: 'i-0a0a0a0a0a0a0a0a0', isNode: false, agent: undefined };
    const items = routeItems(route, report, [...known, unmanaged], offer);
    const instances = items.filter(({ choice }) => choice.kind === 'instance');
    assert.deepEqual(
      instances.map(({ choice }) => choice.target),
      ['i-0123456789abcdef0', 'i-0f0f0f0f0f0f0f0f0'],
    );
    assert.match(instances[1]?.detail ?? '', /node of this cluster · agent 3\.3\.2746\.0 online/);
    assert.deepEqual(
      items.filter(({ isCurrent }) => isCurrent).map(({ description }) => description),
      ['i-0123456789abcdef0 · in use'],
    );
  });

  it('tells what was found out, and what a new bastion costs', () => {
    const items = routeItems(route, report, [], offer);
    assert.match(items[1]?.detail ?? '', /no route to/);
    assert.equal(items.at(-1)?.description, 'about 0.0123 USD an hour, at most 8 h');
  });

  it('asks before money is spent, and says that the sandbox costs nothing', () => {
    assert.match(bastionConsent('payments', offer, false), /About 0\.0123 USD an hour .* at most 8 h/);
    assert.doesNotMatch(bastionConsent('payments', offer, false), /sandbox/);
    assert.match(
      bastionConsent('payments', { ...offer, ttlMinutes: 90 }, true),
      /at most 90 min.*The sandbox costs nothing/,
    );
  });
});
