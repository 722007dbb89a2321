/**
 * Skips the running test, or from a `before` hook all tests of its suite, for a stated reason: the test run lists every
 * skipped test with it.
 */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const runnable = context.test ?? context.currentTest;
  const bearer = runnable && 'type' in runnable && runnable.type === 'hook' ? runnable.parent : runnable;
  if (bearer) Object.assign(bearer, { skipReason: reason });
  return context.skip();
}
