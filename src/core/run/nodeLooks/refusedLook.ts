import { isAwsError } from '../../aws/errors.ts';

/** A look that the caller may not take, or that a simulated account does not have: the fact stays unknown. */
export function isRefusal(error: unknown): boolean {
  return isAwsError(
    error,
    'AccessDenied',
    'AccessDeniedException',
    'UnauthorizedOperation',
    'SandboxNotImplemented',
    'OptInRequired',
  );
}

export type Looker = <T>(what: string, work: () => Promise<T>) => Promise<T | undefined>;

/** Takes looks; one that is refused, or ends in an error of `gone`, adds itself to `unknown`. Other errors are thrown. */
export function looker(unknown: string[], ...gone: readonly string[]): Looker {
  return async (what, work) => {
    try {
      return await work();
    } catch (error) {
      if (!isRefusal(error) && !isAwsError(error, ...gone)) throw error;
      unknown.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
}
