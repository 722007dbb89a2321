export interface AddressOptions {
  readonly port: number;
  readonly folder?: string;
  readonly connectionToken?: string;
  /** Folder of an extension to load as under development. */
  readonly extensionDevelopmentPath?: string | undefined;
  /** Module whose `run` VS Code calls in its extension host. */
  readonly extensionTestsPath?: string | undefined;
}

/** The page in which the host's workbench opens. */
export function workbenchAddress(options: AddressOptions): string {
  const url = new URL(`http://127.0.0.1:${options.port}/`);
  const remote = (file: string) => `vscode-remote://127.0.0.1:${options.port}${file}`;
  const payload: [string, string][] = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (options.extensionDevelopmentPath)
    payload.push(['extensionDevelopmentPath', remote(options.extensionDevelopmentPath)]);
  if (options.extensionTestsPath) payload.push(['extensionTestsPath', remote(options.extensionTestsPath)]);
  if (options.connectionToken) url.searchParams.set('tkn', options.connectionToken);
  if (options.folder) url.searchParams.set('folder', options.folder);
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
