import type { ParsedIniData } from '@smithy/types';

type Environment = Readonly<Record<string, string | undefined>>;

export interface EndpointSource {
  readonly env: Environment;
  readonly profile: string;
  readonly config: ParsedIniData;
  readonly profiles: ParsedIniData;
}

/**
 * The endpoint that the environment or the profile puts in AWS's place, for one service (its SDK id, `Auto Scaling`) or for all.
 * The order is AWS's: the service's variable, the general variable, the service in the profile's `services` section, the profile.
 */
export function endpointOverride(
  { env, profile, config, profiles }: EndpointSource,
  serviceId?: string,
): string | undefined {
  const keys = profiles[profile] ?? {};
  const ignored = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? keys['ignore_configured_endpoint_urls'];
  if (ignored?.toLowerCase() === 'true') return undefined;
  const name = serviceId?.replaceAll(' ', '_');
  const section = config[`services.${keys['services']}`] ?? {};
  return (
    (name && env[`AWS_ENDPOINT_URL_${name.toUpperCase()}`]) ||
    env['AWS_ENDPOINT_URL'] ||
    (name && section[`${name.toLowerCase()}.endpoint_url`]) ||
    keys['endpoint_url'] ||
    undefined
  );
}

/** True for an endpoint on this machine, as the sandbox's is. */
export function isLoopback(endpoint: string): boolean {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : '';
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}
