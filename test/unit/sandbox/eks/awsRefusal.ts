import assert from 'node:assert/strict';
import { AwsError } from '../../../../src/sandbox/kernel/awsError.ts';

/** The error that `act` is refused with; fails when it is not. */
export function refusal(act: () => unknown): AwsError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof AwsError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'was not refused' });
}

export function refused(act: () => unknown, code: string, message: string | RegExp): void {
  const error = refusal(act);
  assert.equal(error.code, code, error.message);
  if (typeof message === 'string') assert.equal(error.message, message);
  else assert.match(error.message, message);
}
