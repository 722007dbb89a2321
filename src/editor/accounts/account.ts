import type { SharedConfigPlace } from '../../core/aws/sharedConfig.ts';

/** A profile in a region: what the explorer's top rows are, and what every run and tunnel is opened with. */
export interface Account {
  /** `sandbox`, or `<profile>@<region>`. */
  readonly id: string;
  readonly label: string;
  readonly profile: string;
  readonly region: string;
  readonly isSandbox: boolean;
  /** Config and credentials files of its own; the sandbox has them. */
  readonly place: SharedConfigPlace;
}

/** What a person chose to see; the sandbox's files are found anew each time. */
export interface StoredAccount {
  readonly profile: string;
  readonly region: string;
}

export function profileAccount({ profile, region }: StoredAccount): Account {
  return { id: `${profile}@${region}`, label: profile, profile, region, isSandbox: false, place: {} };
}

/** The same account for a region that need not be its own. */
export function inRegion(account: Account, region: string): Account {
  return { ...account, id: `${account.id}#${region}`, region };
}

const ownedByTheAccount = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
];

/** The environment of a child process that works in this account: names of profile and files, never a key. */
export function accountEnvironment(account: Account, base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment = { ...base };
  for (const name of ownedByTheAccount) delete environment[name];
  // The sandbox's profile names its own endpoint; one from outside would send its calls elsewhere.
  if (account.isSandbox)
    for (const name of Object.keys(environment)) if (/^AWS_ENDPOINT_URL/.test(name)) delete environment[name];
  return { ...environment, ...accountVariables(account) };
}

/** The variables that name the account; the kubeconfig's credential plugin gets the same. */
export function accountVariables({ profile, region, place }: Account): Record<string, string> {
  return {
    AWS_PROFILE: profile,
    AWS_REGION: region,
    ...(place.configFile ? { AWS_CONFIG_FILE: place.configFile } : {}),
    ...(place.credentialsFile ? { AWS_SHARED_CREDENTIALS_FILE: place.credentialsFile } : {}),
  };
}
