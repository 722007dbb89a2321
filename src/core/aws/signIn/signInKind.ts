import type { ParsedIniData } from '@smithy/types';
import { PrivateEksError } from '../../errors.ts';
import { profileKind } from '../sharedConfig.ts';

/** An IAM Identity Center sign-in, of an `sso-session` or of the profile itself. */
export interface SsoSettings {
  /** Absent in profiles of the old form. */
  readonly sessionName: string | undefined;
  readonly startUrl: string;
  readonly region: string;
  readonly scopes: readonly string[];
}

/** How a profile is signed in, and what a person has to do for it. */
export type SignInNeed =
  /** We do it: in the browser. */
  | { readonly kind: 'sso'; readonly profile: string; readonly sso: SsoSettings }
  /** The `aws login` of the AWS command; the SDK renews it for as long as its session lasts. */
  | { readonly kind: 'login-session'; readonly profile: string; readonly session: string }
  /** A program of the person's own gives keys, and asks whatever it asks. */
  | { readonly kind: 'credential-process'; readonly profile: string }
  /** A role that wants a code: the chain asks for it. */
  | { readonly kind: 'mfa'; readonly profile: string; readonly serial: string }
  | { readonly kind: 'static'; readonly profile: string }
  | { readonly kind: 'web-identity'; readonly profile: string }
  /** Nothing in the profile: environment variables, a container's or an instance's role. */
  | { readonly kind: 'none'; readonly profile: string };

type Keys = Readonly<Record<string, string | undefined>>;

/** `profile`'s own need, or that of the profile whose keys it takes a role with. @throws PrivateEksError `sso-incomplete` */
export function signInKind(
  profile: string,
  files: { readonly config: ParsedIniData; readonly profiles: ParsedIniData },
): SignInNeed {
  const seen = new Set<string>();
  for (let name = profile; ;) {
    const keys = files.profiles[name] ?? {};
    const kind = profileKind(keys);
    seen.add(name);
    if (kind === 'sso') return { kind, profile: name, sso: ssoSettings(name, keys, files.config) };
    if (kind === 'login') return { kind: 'login-session', profile: name, session: keys['login_session'] ?? '' };
    if (kind === 'process') return { kind: 'credential-process', profile: name };
    if (kind !== 'role') return { kind, profile: name };
    const source = keys['source_profile'];
    const next = source === undefined || seen.has(source) ? undefined : source;
    const below = next === undefined ? undefined : profileKind(files.profiles[next] ?? {});
    // Keys that do not expire need nothing: what is asked for is the code.
    const serial = keys['mfa_serial'];
    if (serial !== undefined && (below === 'static' || below === undefined))
      return { kind: 'mfa', profile: name, serial };
    if (next === undefined) return { kind: 'none', profile: name };
    name = next;
  }
}

function ssoSettings(profile: string, keys: Keys, config: ParsedIniData): SsoSettings {
  const sessionName = keys['sso_session'];
  const section: Keys = sessionName === undefined ? keys : (config[`sso-session.${sessionName}`] ?? {});
  const startUrl = section['sso_start_url'];
  const region = section['sso_region'];
  if (!startUrl || !region) {
    const where = sessionName === undefined ? `profile "${profile}"` : `sso-session "${sessionName}"`;
    throw new PrivateEksError(
      'sso-incomplete',
      `The ${where} of the shared config lacks sso_start_url or sso_region.`,
      {
        fix: 'Add them, or make the profile anew with `aws configure sso`.',
      },
    );
  }
  const scopes = (section['sso_registration_scopes'] ?? (sessionName === undefined ? '' : 'sso:account:access'))
    .split(',')
    .map(scope => scope.trim())
    .filter(scope => scope !== '');
  return { sessionName, startUrl, region, scopes };
}

/** What to do where we cannot sign in ourselves; undefined where there is nothing to do. */
export function signInAdvice({ kind, profile }: SignInNeed): string | undefined {
  switch (kind) {
    case 'sso':
      return undefined;
    case 'login-session':
      return `Run aws login --profile ${profile} in a terminal.`;
    case 'credential-process':
      return `The keys of profile ${profile} come from its own program (credential_process): sign in with that.`;
    case 'mfa':
      return `Profile ${profile} asks for a code of your MFA device when its keys are needed.`;
    case 'static':
      return `Profile ${profile} has keys of its own. Where they have expired, put new ones into the credentials file.`;
    case 'web-identity':
      return `The keys of profile ${profile} come from a token file, which something else renews.`;
    case 'none':
      return `Profile ${profile} says nothing about a sign-in: make it with aws configure sso, or choose another.`;
  }
}
