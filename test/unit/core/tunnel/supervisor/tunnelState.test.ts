import assert from 'node:assert/strict';
import { closedReason } from '../../../../../src/core/tunnel/channel/closedReason.ts';
import { endEvent } from '../../../../../src/core/tunnel/supervisor/sessionEnd.ts';
import { tunnelState, type TunnelFacts, type Way } from '../../../../../src/core/tunnel/supervisor/tunnelState.ts';

const way = (more: Partial<Way> = {}): Way => ({
  ...{ isResuming: false, health: 'answering', wasResumed: false, detail: 'why' },
  ...more,
});
const facts = (more: Partial<TunnelFacts> = {}): TunnelFacts => ({
  ...{ isEnded: false, waitingForSignIn: undefined, doing: undefined, trouble: undefined, ways: [way()] },
  ...{ isResting: false, latencyMs: 7, isQuiet: false },
  ...more,
});

describe('a tunnel’s state in words', () => {
  const rows: readonly (readonly [string, TunnelFacts, string, string])[] = [
    ['an answer', facts(), 'healthy', '7 ms'],
    ['nobody there', facts({ isQuiet: true }), 'healthy', '7 ms; not asked while nobody uses it'],
    [
      'one of two lost its socket',
      facts({ ways: [way(), way({ isResuming: true })] }),
      'healthy',
      '7 ms; 1 of 2 sessions being resumed',
    ],
    [
      'one of two does not answer',
      facts({ ways: [way(), way({ health: 'failing' })] }),
      'healthy',
      '7 ms; 1 of 2 sessions not answering',
    ],
    ['none answers', facts({ ways: [way({ health: 'failing' })] }), 'degraded', 'why'],
    ['a lost socket', facts({ ways: [way({ isResuming: true })] }), 'resuming', 'why'],
    ['resumed, not asked yet', facts({ ways: [way({ health: 'unknown', wasResumed: true })] }), 'resuming', 'why'],
    ['opened, not asked yet', facts({ ways: [way({ health: 'unknown' })] }), 'opening', 'why'],
    ['an expired sign-in, whatever else', facts({ waitingForSignIn: 'expired' }), 'waiting-for-sign-in', 'expired'],
    ['a search', facts({ ways: [], doing: { state: 'finding-route', detail: 'looking' } }), 'finding-route', 'looking'],
    ['a failure', facts({ ways: [], trouble: { state: 'degraded', detail: 'refused' } }), 'degraded', 'refused'],
    [
      'nobody needs a session',
      facts({ ways: [], isResting: true, latencyMs: undefined }),
      'resting',
      'nobody uses it, so no session is open on AWS’s side; the next connection opens one, on the same port',
    ],
    [
      'a connection has come meanwhile',
      facts({ ways: [], isResting: true, doing: { state: 'opening', detail: 'why' } }),
      'opening',
      'why',
    ],
    ['the end', facts({ isEnded: true, waitingForSignIn: 'expired' }), 'ended', 'closed'],
  ];
  for (const [what, given, state, detail] of rows)
    it(`${what}: ${state}`, () => assert.deepEqual(tunnelState(given), { state, detail }));
});

describe('the end of a session in words', () => {
  const minute = 60_000;
  const rows: readonly (readonly [string, number, string, RegExp])[] = [
    [
      'Your session timed out due to inactivity and has been terminated.',
      21,
      'idle-timeout',
      /idle timeout, after 21 min/,
    ],
    ['', 21, 'idle-timeout', /probably by the account’s idle timeout/],
    ['', 1, 'session-lost', /gave no reason/],
    ['it reached the maximum session duration', 0, 'maximum-duration', /maximum session duration is over/],
    [
      'Session me-1 was terminated by ops.',
      40,
      'session-lost',
      /The session is over: Session me-1 was terminated by ops\.$/,
    ],
  ];
  for (const [output, minutes, code, message] of rows)
    it(`${code}: ${output || 'nothing said'}`, () => {
      const { kind, text: reason } = closedReason(output);
      const event = endEvent({
        ...{ kind, reason, quietMs: minutes * minute, connections: 2 },
        ...{ hasOthers: false, waitsForConnection: false },
      });
      assert.equal(event.code, code);
      assert.match(event.message, message);
      assert.match(event.cure ?? '', /opened at once, on the same port. 2 connections went with it/);
    });
});
