import process from 'node:process';
import { PrivateEksError } from '../errors.ts';
import type { AwsClients, AwsSession } from './awsSession.ts';
import { clientFactory, type ClientConfig } from './clientFactory.ts';
import { credentialChain, type ChainOptions } from './credentialChain.ts';
import { endpointOverride } from './endpointOverride.ts';
import { proxySettings } from './proxySettings.ts';
import { requestHandler } from './requestHandler.ts';
import { readSharedConfig, type SharedConfigPlace } from './sharedConfig.ts';

export interface SessionOptions extends Pick<ChainOptions, 'codes'>, SharedConfigPlace {
  /** Absent: AWS_PROFILE, or whatever else the usual chain finds. */
  readonly profile?: string | undefined;
  /** Absent: AWS_REGION, AWS_DEFAULT_REGION, the profile's region. */
  readonly region?: string | undefined;
  /** The editor's `http.proxy`; the environment's proxies win. */
  readonly proxy?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** @throws PrivateEksError `profile-not-found`, `no-region` */
export async function openSession(options: SessionOptions = {}): Promise<AwsSession> {
  const { env = process.env } = options;
  const profile = options.profile ?? (env['AWS_PROFILE'] || undefined);
  const { config, profiles } = await readSharedConfig(options);
  if (profile !== undefined && !profiles[profile])
    throw new PrivateEksError('profile-not-found', `There is no AWS profile "${profile}" in the shared config.`, {
      fix: 'Choose a profile that exists, or make it with `aws configure sso`.',
      actions: [{ id: 'choose-account', title: 'Choose Account' }],
    });
  const keys = profiles[profile ?? 'default'] ?? {};
  const region = options.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || keys['region']);
  if (!region)
    throw new PrivateEksError('no-region', 'No AWS region is chosen.', {
      fix: 'Set AWS_REGION, give the profile a region, or name one.',
    });
  const caBundle = env['AWS_CA_BUNDLE'] || keys['ca_bundle'] || undefined;
  const handler = await requestHandler({ proxy: proxySettings(env, options.proxy), caBundle });
  const source = { env, profile: profile ?? 'default', config, profiles };
  const chain = credentialChain(profile, region, handler, options);
  const clients = new Map<keyof AwsClients, Promise<{ destroy(): void }>>();

  const clientConfig = (serviceId: string): ClientConfig => {
    const endpoint = endpointOverride(source, serviceId);
    return {
      region,
      credentials: chain.provider,
      requestHandler: handler,
      customUserAgent: 'private-eks',
      maxAttempts: 6,
      retryMode: 'standard',
      ...(endpoint === undefined ? {} : { endpoint }),
    };
  };
  return {
    profile,
    region,
    credentials: chain.provider,
    endpoint: endpointOverride(source),
    endpointFor: serviceId => endpointOverride(source, serviceId),
    caBundle,
    client: async <K extends keyof AwsClients>(service: K): Promise<AwsClients[K]> => {
      let client = clients.get(service) as Promise<AwsClients[K]> | undefined;
      if (!client) {
        const { serviceId, make } = clientFactory[service];
        client = make(clientConfig(serviceId));
        clients.set(service, client);
      }
      return client;
    },
    renew: () => {
      // Each client remembers the credentials it was given.
      clients.clear();
      chain.forget();
    },
    onSignIn: listener => options.codes?.onArrived?.(listener) ?? (() => undefined),
    dispose: () => handler.destroy?.(),
  };
}
