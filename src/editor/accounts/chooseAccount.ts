import * as vscode from 'vscode';
import { listProfiles } from '../../core/aws/sharedConfig.ts';
import { knownRegions } from '../../core/spec/regions.ts';
import type { Account } from './account.ts';
import type { AccountList } from './accountList.ts';
import { choose } from '../questions.ts';

interface Choice extends vscode.QuickPickItem {
  readonly choose: () => Promise<Account | undefined>;
}

/** Asks for an account: one that is shown already, the sandbox, or a profile of the shared config. */
export async function chooseAccount(accounts: AccountList): Promise<Account | undefined> {
  const shown = accounts.list();
  const known: Choice[] = shown.map(account => ({
    label: `$(${account.isSandbox ? 'beaker' : 'cloud'}) ${account.label}`,
    description: account.isSandbox ? `${account.region} · practice account` : account.region,
    choose: async () => account,
  }));
  const sandbox: Choice[] = shown.some(account => account.isSandbox)
    ? []
    : [
        {
          label: '$(beaker) Sandbox',
          description: 'practice account on this machine: no AWS account, no cost',
          choose: () => accounts.addSandbox(),
        },
      ];
  const other: Choice = { label: '$(add) Use an AWS profile…', choose: () => addProfile(accounts) };
  const chosen = await choose([...known, ...sandbox, other], {
    title: 'Which account?',
    placeHolder: 'Account',
  });
  return chosen?.choose();
}

/** Asks for a profile and a region, and shows it as an account. */
export async function addProfile(accounts: AccountList): Promise<Account | undefined> {
  const profiles = await listProfiles();
  if (profiles.length === 0) {
    const learn = 'How to set up a profile';
    const chosen = await vscode.window.showInformationMessage(
      'There is no AWS profile in the shared config (~/.aws/config). Make one with `aws configure sso`, or practise in the sandbox.',
      learn,
    );
    if (chosen === learn)
      await vscode.env.openExternal(
        vscode.Uri.parse('https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html'),
      );
    return undefined;
  }
  const items = profiles.map(profile => ({
    label: profile.name,
    description: [profile.kind, profile.region].filter(Boolean).join(' · '),
    profile,
  }));
  const chosen = await choose(items, {
    title: 'Use an AWS profile (1/2)',
    placeHolder: 'Profile',
  });
  if (!chosen) return undefined;
  const { name, region } = chosen.profile;
  const regions = [...new Set([...(region ? [region] : []), ...knownRegions])];
  const places = regions.map(label => ({ label }));
  const picked = await choose(places, { title: `Use ${name} (2/2)`, placeHolder: 'Region' });
  return picked && accounts.addProfile({ profile: name, region: picked.label });
}
