import process from 'node:process';
import { systemClock, type Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import { endpointOverride } from '../endpointOverride.ts';
import { proxySettings } from '../proxySettings.ts';
import { requestHandler } from '../requestHandler.ts';
import { readSharedConfig, type SharedConfigPlace } from '../sharedConfig.ts';
import { refreshSignIn, signInByDevice, type DevicePrompt } from './deviceFlow.ts';
import { oidcCalls } from './oidcCalls.ts';
import { signInAdvice, signInKind, type SignInNeed } from './signInKind.ts';

export interface SignInOptions extends SharedConfigPlace {
  /** Absent: AWS_PROFILE, or `default`. */
  readonly profile?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The editor's `http.proxy`. */
  readonly proxy?: string;
  /** Shows the code and opens the page. Not called where the last sign-in can be refreshed in silence. */
  readonly open: (prompt: DevicePrompt) => unknown;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

export interface SignedIn {
  /** The profile whose sign-in it is: the chosen one, or that whose keys it takes its role with. */
  readonly profile: string;
  /** Real time, ms. */
  readonly expiresAt: number;
  /** Nobody was asked. */
  readonly refreshed: boolean;
}

/** How a profile is signed in. @throws PrivateEksError `profile-not-found`, `sso-incomplete` */
export async function signInNeed(
  options: Pick<SignInOptions, 'profile' | 'env' | 'configFile' | 'credentialsFile'> = {},
): Promise<SignInNeed> {
  return (await readNeed(options)).need;
}

/**
 * Signs a profile in, so that the next call of any AWS tool finds it so; sessions that are open see it after `renew`.
 * @throws PrivateEksError `sign-in-elsewhere` with what to do for a profile that is signed in otherwise, `sign-in-denied`,
 * `sign-in-timeout`, `sign-in-refused`, `sso-incomplete`, `profile-not-found`, `network`
 */
export async function signIn(options: SignInOptions): Promise<SignedIn> {
  const { env = process.env, clock = systemClock, signal } = options;
  const { need, name, files } = await readNeed(options);
  if (need.kind !== 'sso')
    throw new PrivateEksError('sign-in-elsewhere', `Profile "${need.profile}" is not one of IAM Identity Center.`, {
      fix: signInAdvice(need) ?? '',
    });
  const keys = files.profiles[name] ?? {};
  const handler = await requestHandler({
    proxy: proxySettings(env, options.proxy),
    caBundle: env['AWS_CA_BUNDLE'] || keys['ca_bundle'],
  });
  try {
    const endpoint = endpointOverride({ env, profile: name, ...files }, 'SSO OIDC');
    const oidc = oidcCalls({ region: need.sso.region, handler, endpoint });
    const flow = { sso: need.sso, oidc, clock, env, signal };
    const silent = await refreshSignIn(flow);
    const token = silent ?? (await signInByDevice(flow, options.open));
    return { profile: need.profile, expiresAt: Date.parse(token.expiresAt), refreshed: silent !== undefined };
  } finally {
    handler.destroy?.();
  }
}

async function readNeed(options: Pick<SignInOptions, 'profile' | 'env' | 'configFile' | 'credentialsFile'>) {
  const { env = process.env } = options;
  const name = options.profile ?? (env['AWS_PROFILE'] || 'default');
  const files = await readSharedConfig(options);
  if (!files.profiles[name])
    throw new PrivateEksError('profile-not-found', `There is no AWS profile "${name}" in the shared config.`, {
      fix: 'Choose a profile that exists, or make it with `aws configure sso`.',
      actions: [{ id: 'choose-account', title: 'Choose Account' }],
    });
  return { need: signInKind(name, files), name, files };
}
