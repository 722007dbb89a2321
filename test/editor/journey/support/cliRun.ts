import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

/** Runs the built command line in the practice account of a home. @throws with what it said when it fails */
export async function cliRun(home: string, ...args: readonly string[]): Promise<string> {
  const folder = path.join(home, 'sandbox');
  const env = {
    ...process.env,
    PRIVATE_EKS_HOME: home,
    AWS_PROFILE: 'private-eks-sandbox',
    AWS_CONFIG_FILE: path.join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials'),
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli.js', ...args], { env });
  return stdout;
}
