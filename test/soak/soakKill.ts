import { nodeProcess } from '../../tools/tasks/nodeProcess.ts';

/** `npm run soak:kill`: a create killed at twenty moments, each on a cluster of its own (in `npm test`: four clusters, five kills each). */
export function soakKill(): Promise<number> {
  const args = ['node_modules/mocha/bin/mocha.js', '--timeout', '600000', 'test/sandbox/kill/**/*.test.ts'];
  return nodeProcess(args, { KILL_SOAK: '1' });
}
