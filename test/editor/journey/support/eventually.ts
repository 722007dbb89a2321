import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the assertion holds, where the page has no element that could be waited for. @throws what the assertion threw last */
export async function eventually(assertion: () => Promise<void> | void, timeoutMs = 30_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; ; await delay(50)) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
