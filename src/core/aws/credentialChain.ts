import process from 'node:process';
import type { HttpHandler, HttpRequest } from '@smithy/protocol-http';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { ClientConfig } from './clientFactory.ts';
import { endpointOverride, type EndpointSource } from './endpointOverride.ts';
import type { MfaCodes } from './mfa/mfaCodes.ts';
import { areGood, roleAssumer } from './roleAssumer.ts';
import { profileKind, readSharedConfig, type SharedConfigPlace } from './sharedConfig.ts';

export interface CredentialChain {
  readonly provider: AwsCredentialIdentityProvider;
  /** The next call reads files and caches anew. */
  forget(): void;
}

export interface ChainOptions extends SharedConfigPlace {
  readonly env?: EndpointSource['env'];
  /** Absent: roles that want a code of an MFA device are refused. */
  readonly codes?: MfaCodes | undefined;
}

/** The usual chain of the SDK, loaded at its first use and built anew after `forget`. */
export function credentialChain(
  profile: string | undefined,
  region: string,
  handler: ClientConfig['requestHandler'],
  options: ChainOptions,
): CredentialChain {
  const { codes } = options;
  let current: Promise<AwsCredentialIdentityProvider> | undefined;
  /** The device whose code is on its way to AWS. */
  let given: string | undefined;
  let isAsking = false;
  const ask = async (serial: string) => {
    isAsking = true;
    const code = await codes?.code(serial);
    given = serial;
    return code ?? '';
  };
  let sts: string | undefined;
  const build = async (): Promise<AwsCredentialIdentityProvider> => {
    const { env = process.env } = options;
    const [{ fromNodeProviderChain, fromSSO }, files] = await Promise.all([
      import('@aws-sdk/credential-providers'),
      readSharedConfig(options),
    ]);
    const source = { env, profile: profile ?? 'default', ...files };
    sts = endpointOverride(source, 'STS');
    const init = {
      ignoreCache: true,
      // Without a region: the SSO client would take it for its own.
      clientConfig: { requestHandler: signInHandler(handler, source) },
      parentClientConfig: { region, requestHandler: handler },
      ...(profile === undefined ? {} : { profile }),
      ...(options.configFile ? { configFilepath: options.configFile } : {}),
      ...(options.credentialsFile ? { filepath: options.credentialsFile } : {}),
      ...(codes ? { mfaCodeProvider: ask } : {}),
    };
    // Asked for by name, so that it reads the same files: the chain's own way to it forgets which.
    if (profile !== undefined && profileKind(files.profiles[profile] ?? {}) === 'sso') return fromSSO(init);
    if (sts === undefined) return fromNodeProviderChain(init);
    const assume = roleAssumer({ region, requestHandler: handler, endpoint: sts });
    return fromNodeProviderChain({ ...init, roleAssumer: assume });
  };
  let kept: AwsCredentialIdentity | undefined;
  let underWay: Promise<AwsCredentialIdentity> | undefined;
  /** A code was typed for them. */
  let isTyped = false;
  let isDoubted = false;
  const resolve: AwsCredentialIdentityProvider = async properties => {
    if (isDoubted) {
      const asker = { region, requestHandler: handler, endpoint: sts };
      const stays = lasts(kept, isTyped) && (await areGood(kept, asker)) ? kept : undefined;
      isDoubted = false;
      if (stays) return stays;
      current = kept = undefined;
    }
    const chain = (current ??= build());
    try {
      const found = await (await chain)(properties);
      if (current !== chain) return found;
      isTyped = given !== undefined || (isTyped && found.accessKeyId === kept?.accessKeyId);
      return (kept = found);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : '';
      if (given !== undefined && /^MultiFactorAuthentication failed/.test(reason))
        await codes?.refused?.(given, reason);
      throw error;
    } finally {
      given = undefined;
      isAsking = false;
    }
  };
  return {
    // Each client asks for itself, and nobody is to type a code for each: keys that expire are shared until shortly before.
    provider: async properties => {
      if (!isDoubted && !properties?.['forceRefresh'] && lasts(kept, isTyped)) return kept;
      if (!underWay) {
        const asked = resolve(properties).finally(() => {
          if (underWay === asked) underWay = undefined;
        });
        underWay = asked;
      }
      return underWay;
    },
    forget: () => {
      // Of several who waited for one code each begins anew: none of them is to cost another.
      if (isAsking) return;
      if (isTyped && kept) {
        isDoubted = true;
        return;
      }
      current = undefined;
      kept = undefined;
      underWay = undefined;
    },
  };
}

/** Keys are renewed so long before their end, as the SDK's clients do; a person is asked no sooner than needed. */
const expiryMargin = { usual: 5 * 60_000, typed: 60_000 };

function lasts(keys: AwsCredentialIdentity | undefined, isTyped: boolean): keys is AwsCredentialIdentity {
  const margin = isTyped ? expiryMargin.typed : expiryMargin.usual;
  return keys?.expiration !== undefined && keys.expiration.getTime() - Date.now() > margin;
}

const signInHosts = [
  [/^portal\.sso\./, 'SSO'],
  [/^oidc\./, 'SSO OIDC'],
] as const;

/**
 * The chain makes the clients of the sign-in itself and reads no endpoint of the profile for them. Their requests are not signed, so
 * that they can be sent to another host than they were made for.
 */
function signInHandler(handler: HttpHandler, source: EndpointSource): HttpHandler {
  return {
    ...handler,
    handle: (request, options) => {
      const serviceId = signInHosts.find(([host]) => host.test(request.hostname))?.[1];
      const endpoint = serviceId && endpointOverride(source, serviceId);
      return handler.handle(endpoint === undefined ? request : sentTo(endpoint, request), options);
    },
  };
}

function sentTo(endpoint: string, request: HttpRequest): HttpRequest {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint);
  const moved = request.clone();
  Object.assign(moved, { protocol, hostname, port: port === '' ? undefined : Number(port) });
  moved.path = pathname.replace(/\/$/, '') + request.path;
  moved.headers['host'] = host;
  return moved;
}
