import type { Clock } from '../../clock.ts';
import { isCancellation, PrivateEksError } from '../../errors.ts';
import { isAwsError, toPrivateEksError } from '../errors.ts';
import type { NewToken, OidcCalls } from './oidcCalls.ts';
import type { SsoSettings } from './signInKind.ts';
import {
  cacheTime,
  readRegistration,
  readToken,
  ssoCacheFile,
  writeCacheFile,
  type SsoClientRegistration,
  type SsoToken,
} from './ssoCache.ts';

/** What a person is shown: the page to open, the code to compare with it, and until when (ms). */
export interface DevicePrompt {
  readonly url: string;
  readonly userCode: string;
  readonly expiresAt: number;
}

export interface DeviceFlow {
  readonly sso: SsoSettings;
  readonly oidc: OidcCalls;
  /** Real time: a sign-in is no resource of an account. */
  readonly clock: Clock;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

const clientName = 'private-eks';
/** A registration or token with less to live is not begun with. */
const margin = 60_000;

/**
 * Signs in by the device flow and writes the token where every AWS tool looks. `open` is called once, and whoever signs in may take
 * their time. Cancelled by the signal with its own reason.
 * @throws PrivateEksError `sign-in-denied`, `sign-in-timeout`, `sign-in-refused`, `network`
 */
export async function signInByDevice(flow: DeviceFlow, open: (prompt: DevicePrompt) => unknown): Promise<SsoToken> {
  const { oidc, sso, clock, signal } = flow;
  const { client, device } = await begin(flow);
  const expiresAt = clock.now() + device.expiresIn * 1000;
  await open({ url: device.url, userCode: device.userCode, expiresAt });
  let interval = device.interval;
  while (clock.now() < expiresAt) {
    await clock.sleep(interval * 1000, signal);
    try {
      return await keep(flow, client, await oidc.takeToken(client, device.deviceCode, signal));
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (isAwsError(error, 'AuthorizationPendingException')) continue;
      if (isAwsError(error, 'ExpiredTokenException')) break;
      // RFC 8628, section 3.5.
      if (isAwsError(error, 'SlowDownException')) interval += 5;
      else if (!isPassing(error)) throw refusal(error, sso);
    }
  }
  throw new PrivateEksError('sign-in-timeout', 'Nobody signed in before the code expired.', {
    retryable: true,
    fix: 'Sign in again; the code is good for some minutes.',
    actions: [{ id: 'sign-in', title: 'Sign In' }],
  });
}

/** A new token by the refresh token of the last sign-in, without asking anybody; undefined where there is none, or it is over. */
export async function refreshSignIn(flow: DeviceFlow): Promise<SsoToken | undefined> {
  const { sso, oidc, clock, env, signal } = flow;
  const token = await readToken(tokenFile(sso, env));
  if (!token?.refreshToken || !token.clientId || !token.clientSecret) return undefined;
  if (isOver(token.registrationExpiresAt, clock)) return undefined;
  const client = { ...token, expiresAt: token.registrationExpiresAt, scopes: sso.scopes };
  try {
    const { refreshToken = token.refreshToken, ...renewed } = await oidc.refresh(client, token.refreshToken, signal);
    return await keep(flow, client, { ...renewed, refreshToken });
  } catch (error) {
    const codes = [
      'InvalidGrantException',
      'ExpiredTokenException',
      'InvalidClientException',
      'UnauthorizedClientException',
    ];
    if (isAwsError(error, ...codes, 'InvalidRequestException', 'AccessDeniedException')) return undefined;
    throw toPrivateEksError(error);
  }
}

export const tokenFile = ({ sessionName, startUrl }: SsoSettings, env?: DeviceFlow['env']): string =>
  ssoCacheFile(sessionName ?? startUrl, env);

/** With the kept registration, or, where the server does not know it any more, with a new one. */
async function begin(flow: DeviceFlow) {
  const { oidc, sso, signal } = flow;
  const start = async (client: SsoClientRegistration) => ({
    client,
    device: await oidc.authorizeDevice(client, sso.startUrl, signal),
  });
  try {
    const { client, isNew } = await registration(flow);
    try {
      return await start(client);
    } catch (error) {
      if (isNew || !isAwsError(error, 'InvalidClientException', 'UnauthorizedClientException')) throw error;
      return await start(await register(flow));
    }
  } catch (error) {
    throw refusal(error, sso);
  }
}

async function registration(flow: DeviceFlow): Promise<{ client: SsoClientRegistration; isNew: boolean }> {
  const kept = await readRegistration(registrationFile(flow));
  if (kept && !isOver(kept.expiresAt, flow.clock)) return { client: kept, isNew: false };
  return { client: await register(flow), isNew: true };
}

async function register(flow: DeviceFlow): Promise<SsoClientRegistration> {
  const { oidc, sso, signal } = flow;
  const { expiresAt, ...client } = await oidc.register(clientName, sso.scopes, signal);
  const kept = { ...client, expiresAt: cacheTime(expiresAt), scopes: sso.scopes };
  await writeCacheFile(registrationFile(flow), kept);
  return kept;
}

/** Named like the AWS command's own: by a hash of what the registration is for. */
function registrationFile({ sso: { sessionName, startUrl, region, scopes }, env }: DeviceFlow): string {
  const what = { region, scopes, session_name: sessionName ?? null, startUrl, tool: clientName };
  return ssoCacheFile(JSON.stringify(what), env);
}

async function keep(
  { sso, clock, env }: DeviceFlow,
  { clientId, clientSecret, expiresAt }: SsoClientRegistration,
  { accessToken, expiresIn, refreshToken }: NewToken,
): Promise<SsoToken> {
  const token: SsoToken = {
    startUrl: sso.startUrl,
    region: sso.region,
    accessToken,
    expiresAt: cacheTime(clock.now() + expiresIn * 1000),
    clientId,
    clientSecret,
    registrationExpiresAt: expiresAt,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
  await writeCacheFile(tokenFile(sso, env), token);
  return token;
}

/** What cannot be read as a time is over, too. */
const isOver = (time: string, clock: Clock): boolean => !(Date.parse(time) - margin > clock.now());

/** What passes by itself while the code is still good. */
const isPassing = (error: unknown): boolean => ['network', 'throttled'].includes(toPrivateEksError(error).code);

function refusal(error: unknown, { startUrl, region }: SsoSettings): PrivateEksError {
  if (isAwsError(error, 'AccessDeniedException'))
    return new PrivateEksError('sign-in-denied', 'The sign-in was denied in the browser.', {
      cause: error,
      actions: [{ id: 'sign-in', title: 'Sign In' }],
    });
  if (
    isAwsError(
      error,
      'InvalidRequestException',
      'InvalidGrantException',
      'InvalidClientException',
      'InvalidScopeException',
    )
  )
    return new PrivateEksError(
      'sign-in-refused',
      `IAM Identity Center in ${region} does not take the sign-in at ${startUrl}.`,
      {
        cause: error,
        fix: 'Check sso_start_url, sso_region and sso_registration_scopes in the shared config.',
      },
    );
  return toPrivateEksError(error);
}
