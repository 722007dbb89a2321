/**
 * Skips the running test, or from a `before` hook all tests of its suite, for a stated reason: the test run lists every
 * skipped test with it.
 */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const runnable = context.runnable();
  const bearer: { skipReason?: string } = runnable.type === 'hook' && runnable.parent ? runnable.parent : runnable;
  bearer.skipReason = reason;
  return context.skip();
}
