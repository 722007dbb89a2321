import type { AwsError } from '../../../../src/sandbox/kernel/awsError.ts';

/** `Code: message` of what `act` is refused with. */
export function refused(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    const { code, message } = error as AwsError;
    return `${code}: ${message}`;
  }
  return 'not refused';
}
