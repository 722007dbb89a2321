import type { Clock } from '../../../../../src/core/clock.ts';
import type { NewToken, OidcCalls } from '../../../../../src/core/aws/signIn/oidcCalls.ts';

/** The SDK's errors are known by their names. */
export const oidcError = (name: string): Error => Object.assign(new Error(name), { name });

/** Answers in order what `takes` and `refreshes` say: a token, or an error's name. */
export function fakeOidc(script: {
  readonly takes?: readonly (NewToken | Error)[];
  readonly refreshes?: readonly (NewToken | Error)[];
  readonly authorizes?: readonly Error[];
  readonly interval?: number;
}) {
  const takes = [...(script.takes ?? [])];
  const refreshes = [...(script.refreshes ?? [])];
  const authorizes = [...(script.authorizes ?? [])];
  const calls: string[] = [];
  const next = async (from: (NewToken | Error)[]): Promise<NewToken> => {
    const answer = from.shift() ?? oidcError('AuthorizationPendingException');
    if (answer instanceof Error) throw answer;
    return Promise.resolve(answer);
  };
  const oidc: OidcCalls = {
    register: (name, scopes) => {
      calls.push(`register ${name} ${scopes.join(' ')}`.trim());
      return Promise.resolve({
        clientId: `client-${calls.length}`,
        clientSecret: 'client-secret',
        expiresAt: Date.UTC(2026, 11, 1),
      });
    },
    authorizeDevice: async ({ clientId }, startUrl) => {
      calls.push(`authorize ${clientId} ${startUrl}`);
      const error = authorizes.shift();
      if (error) throw error;
      const url = 'https://device.example/?user_code=ABCD-EFGH';
      return Promise.resolve({
        deviceCode: 'device',
        userCode: 'ABCD-EFGH',
        url,
        expiresIn: 600,
        interval: script.interval ?? 1,
      });
    },
    takeToken: (_client, deviceCode) => {
      calls.push(`take ${deviceCode}`);
      return next(takes);
    },
    refresh: ({ clientId }, refreshToken) => {
      calls.push(`refresh ${clientId} ${refreshToken}`);
      return next(refreshes);
    },
  };
  return { oidc, calls };
}

/** Sleeps by moving its hands. */
export function jumpingClock(start: number): Clock & { readonly slept: number[] } {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds / 1000);
      now += milliseconds;
      return Promise.resolve();
    },
  };
}
