import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { DevicePrompt } from '../../../src/core/aws/signIn/deviceFlow.ts';
import type { MfaCodes } from '../../../src/core/aws/mfa/mfaCodes.ts';
import { openSession } from '../../../src/core/aws/openSession.ts';
import { signIn, type SignInOptions } from '../../../src/core/aws/signIn/signIn.ts';
import type { Credential } from '../../../src/sandbox/kernel/credential.ts';
import { dataChannels } from '../../../src/sandbox/agent/dataChannels.ts';
import { startSandbox, type RunningSandbox } from '../../../src/sandbox/shell/startSandbox.ts';

const variables = ['HOME', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_PROFILE'] as const;

/** A served sandbox, a person's home folder with profiles of every kind, and the person, who presses the button. */
export class SsoBench {
  readonly running: RunningSandbox;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly #before = variables.map(name => [name, process.env[name]] as const);

  private constructor(running: RunningSandbox, home: string) {
    this.running = running;
    this.home = home;
    this.env = {
      PATH: process.env['PATH'],
      HOME: home,
      AWS_CONFIG_FILE: path.join(home, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(home, 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: '127.0.0.1',
    };
  }

  static async open(speed?: number): Promise<SsoBench> {
    const running = await startSandbox({
      region: 'eu-west-1',
      channels: dataChannels,
      ...(speed === undefined ? {} : { speed }),
    });
    const bench = new SsoBench(running, await mkdtemp(path.join(tmpdir(), 'private-eks-sso-')));
    const { endpoint, accountId, accessKeyId, secretAccessKey } = running;
    const common = `region = eu-west-1\nendpoint_url = ${endpoint}\n`;
    const sso = 'sso_start_url = https://sandbox.awsapps.com/start\nsso_region = us-east-1\n';
    const role = `sso_account_id = ${accountId}\nsso_role_name = AdministratorAccess\n`;
    const assumed = `role_arn = arn:aws:iam::${accountId}:role/operator\n`;
    const config = [
      `[sso-session corp]\n${sso}sso_registration_scopes = sso:account:access\n`,
      `[profile corp]\n${common}${role}sso_session = corp\n`,
      `[profile legacy]\n${common}${role}${sso}`,
      `[profile operator]\n${common}${assumed}source_profile = corp\n`,
      `[profile base]\n${common}`,
      `[profile mfa]\n${common}${assumed}source_profile = base\nmfa_serial = arn:aws:iam::${accountId}:mfa/practice\n`,
    ];
    await writeFile(path.join(bench.home, 'config'), config.join('\n'));
    const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    await writeFile(path.join(bench.home, 'credentials'), `[base]\n${keys}`, { mode: 0o600 });
    // The SDK's own chain reads the process's environment.
    for (const name of variables) {
      if (bench.env[name] === undefined) delete process.env[name];
      else process.env[name] = bench.env[name];
    }
    return bench;
  }

  async close(): Promise<void> {
    for (const [name, value] of this.#before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await this.running.close();
    await rm(this.home, { recursive: true, force: true });
  }

  session(profile: string, codes?: MfaCodes) {
    return openSession({ profile, env: this.env, codes });
  }

  /** `prompts` are those that the person saw. */
  async signIn(profile: string, more: Partial<SignInOptions> = {}) {
    const prompts: DevicePrompt[] = [];
    const open = async (prompt: DevicePrompt) => {
      prompts.push(prompt);
      await press(prompt);
    };
    const signedIn = await signIn({ profile, env: this.env, open, ...more });
    return { ...signedIn, prompts };
  }

  /** The sign-in ends on AWS's side: its token, what could refresh it, and every key made with it. */
  endSignIn({ refreshToken = true } = {}): void {
    const { account } = this.running.sandbox;
    for (const table of ['sso.tokens', ...(refreshToken ? ['sso.refreshTokens'] : [])])
      for (const [id] of account.table(table).entries()) account.table(table).delete(id);
    const credentials = account.table<Credential>('sts.credentials');
    for (const [id, row] of credentials.entries())
      if (row.expiresAt !== undefined) credentials.set(id, { ...row, expiresAt: Date.now() - 1000 });
  }
}

/** What the person does in the browser. */
export async function press({ url, userCode }: DevicePrompt, decision = 'approve'): Promise<void> {
  const shown = await (await fetch(url)).text();
  if (!shown.includes(userCode)) throw new Error('the page shows another code');
  const form = new URLSearchParams({ user_code: userCode, decision });
  const answer = await fetch(new URL('/device', url), { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`the button does nothing: ${answer.status}`);
}
