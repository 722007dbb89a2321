import { PrivateEksError } from '../core/errors.ts';
import { stateHome } from '../core/state/stateHome.ts';
import { fileErrorText } from './fileErrorText.ts';

/** An error for a terminal, and for a program that reads NDJSON. */
export function errorText(
  error: unknown,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly json: string } {
  const told = error instanceof PrivateEksError ? error : fileError(error, env);
  if (told) {
    const { code, message, fix, retryable } = told;
    const text = [`${message}`, ...(fix === undefined ? [] : [fix])].join('\n');
    return { text: `${text}\n`, json: JSON.stringify({ type: 'error', code, message, fix, retryable }) };
  }
  const message = error instanceof Error ? error.message : String(error);
  const detail = env['PRIVATE_EKS_DEBUG'] && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return {
    text: `Unexpected: ${message}${detail}\n`,
    json: JSON.stringify({ type: 'error', code: 'unexpected', message, retryable: false }),
  };
}

const fileCalls = ['open', 'mkdir', 'scandir', 'stat', 'lstat', 'rename', 'unlink', 'chmod', 'rm', 'link', 'copyfile'];

/** The system's refusal of a file, most often in the state folder. */
function fileError(error: unknown, env: Readonly<Record<string, string | undefined>>): PrivateEksError | undefined {
  if (!(error instanceof Error) || !('path' in error) || !('syscall' in error)) return undefined;
  const { path, syscall } = error;
  if (typeof path !== 'string' || typeof syscall !== 'string' || !fileCalls.includes(syscall)) return undefined;
  return new PrivateEksError('file-refused', `${path} cannot be used: ${fileErrorText(error, 'written')}.`, {
    cause: error,
    ...(path.startsWith(stateHome({ env })) ? { fix: 'PRIVATE_EKS_HOME moves the state folder.' } : {}),
  });
}
