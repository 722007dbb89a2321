import { PrivateEksError } from '../core/errors.ts';

/** An error for a terminal, and for a program that reads NDJSON. */
export function errorText(
  error: unknown,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly json: string } {
  if (error instanceof PrivateEksError) {
    const { code, message, fix, retryable } = error;
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
