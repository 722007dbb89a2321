import type { ParsedIniData } from '@smithy/types';

/** Where the shared config is read from; absent: AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or `~/.aws`. */
export interface SharedConfigPlace {
  readonly configFile?: string | undefined;
  readonly credentialsFile?: string | undefined;
}

/** How a profile signs in, judged by which keys it has; values that are secrets are never looked at. */
export type ProfileKind = 'static' | 'sso' | 'login' | 'role' | 'process' | 'web-identity' | 'none';

export interface Profile {
  readonly name: string;
  readonly kind: ProfileKind;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
}

export async function readSharedConfig(
  place: SharedConfigPlace = {},
): Promise<{ config: ParsedIniData; profiles: ParsedIniData }> {
  const { loadSharedConfigFiles } = await import('@smithy/shared-ini-file-loader');
  const files = await loadSharedConfigFiles({
    ignoreCache: true,
    ...(place.configFile ? { configFilepath: place.configFile } : {}),
    ...(place.credentialsFile ? { filepath: place.credentialsFile } : {}),
  });
  const { configFile: config, credentialsFile } = files;
  const names = new Set([...Object.keys(config).filter(isProfileName), ...Object.keys(credentialsFile)]);
  const profiles = Object.fromEntries([...names].map(name => [name, { ...config[name], ...credentialsFile[name] }]));
  return { config, profiles };
}

/** The profiles of the shared config, in the order of the files. */
export async function listProfiles(place: SharedConfigPlace = {}): Promise<Profile[]> {
  const { profiles } = await readSharedConfig(place);
  return Object.entries(profiles).map(([name, keys]) => ({
    name,
    kind: profileKind(keys),
    region: keys['region'],
    endpoint: keys['endpoint_url'],
  }));
}

/** The order is the one in which the SDK decides. */
export function profileKind(keys: Readonly<Record<string, string | undefined>>): ProfileKind {
  if (keys['role_arn'] && keys['web_identity_token_file']) return 'web-identity';
  if (keys['role_arn'] && (keys['source_profile'] || keys['credential_source'])) return 'role';
  if (keys['aws_access_key_id']) return 'static';
  if (keys['credential_process']) return 'process';
  if (keys['sso_session'] || keys['sso_start_url']) return 'sso';
  if (keys['login_session']) return 'login';
  return 'none';
}

/** Sections that are no profile come as `sso-session.NAME` and `services.NAME`. */
function isProfileName(section: string): boolean {
  return !/^(sso-session|services)\./.test(section);
}
