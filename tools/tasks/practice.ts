import fs from 'node:fs';
import path from 'node:path';
import { repository } from '../vscode-host/paths.ts';

/** Where `npm start` keeps what should outlive it; git-ignored. */
export const practiceFolder = path.join(repository, '.private-eks');

export interface Practice {
  /** `PRIVATE_EKS_HOME`: journals, records and the sandbox's account. */
  readonly home: string;
  /** The folder that VS Code opens, with the examples in it. */
  readonly workspace: string;
  /** VS Code's own data. */
  readonly vscode: string;
}

/** Makes the folders; an example that a person has changed is left as it is. */
export function preparePractice(): Practice {
  const practice = {
    home: path.join(practiceFolder, 'home'),
    workspace: path.join(practiceFolder, 'practice'),
    vscode: path.join(practiceFolder, 'vscode'),
  };
  fs.mkdirSync(practice.home, { recursive: true, mode: 0o700 });
  fs.mkdirSync(practice.vscode, { recursive: true, mode: 0o700 });
  fs.cpSync(path.join(repository, 'examples'), practice.workspace, { recursive: true, force: false });
  return practice;
}
