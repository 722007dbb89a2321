import process from 'node:process';
import type { HttpHandler, HttpRequest } from '@smithy/protocol-http';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { ClientConfig } from './clientFactory.ts';
import { endpointOverride, type EndpointSource } from './endpointOverride.ts';
import type { MfaCodes } from './mfa/mfaCodes.ts';
import { roleAssumer } from './roleAssumer.ts';
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
  let given: string | undefined;
  const ask = async (serial: string) => {
    const code = await codes?.code(serial);
    given = serial;
    return code ?? '';
  };
  const build = async (): Promise<AwsCredentialIdentityProvider> => {
    const { env = process.env } = options;
    const [{ fromNodeProviderChain, fromSSO }, files] = await Promise.all([
      import('@aws-sdk/credential-providers'),
      readSharedConfig(options),
    ]);
    const source = { env, profile: profile ?? 'default', ...files };
    const sts = endpointOverride(source, 'STS');
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
  let typedAt: number | undefined;
  const resolve: AwsCredentialIdentityProvider = async properties => {
    const chain = (current ??= build());
    try {
      const found = await (await chain)(properties);
      typedAt = given === undefined ? undefined : Date.now();
      if (current === chain) kept = found;
      return found;
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : '';
      if (given !== undefined && /^MultiFactorAuthentication failed/.test(reason))
        await codes?.refused?.(given, reason);
      throw error;
    } finally {
      given = undefined;
    }
  };
  return {
    // Each client asks for itself, and nobody is to type a code for each: keys that expire are shared until shortly before.
    provider: async properties => {
      if (kept?.expiration && kept.expiration.getTime() - Date.now() > expiryMargin && !properties?.['forceRefresh'])
        return kept;
      if (!underWay) {
        const asked = resolve(properties).finally(() => {
          if (underWay === asked) underWay = undefined;
        });
        underWay = asked;
      }
      return underWay;
    },
    forget: () => {
      // Several who waited for one code each begin anew: none of them is to cost another code.
      if (given !== undefined || (typedAt !== undefined && Date.now() - typedAt < freshMs)) return;
      current = undefined;
      kept = undefined;
      underWay = undefined;
    },
  };
}

/** Keys for which a code was typed are not doubted for so long. */
const freshMs = 60_000;

/** As the SDK's clients renew their own. */
const expiryMargin = 5 * 60_000;

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
