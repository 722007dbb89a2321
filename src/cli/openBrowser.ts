import { spawn } from 'node:child_process';
import process from 'node:process';

/** Shows a page in the person's browser where there is one; whoever calls prints the address anyway. */
export function openBrowser(url: string): void {
  if (!/^https?:\/\/[^\s"'<>]+$/.test(url)) return;
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? // Not `start`: its shell would read the address's `&`.
          ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  if (command === undefined) return;
  const child = spawn(command, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}
