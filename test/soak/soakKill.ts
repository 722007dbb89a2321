import { nodeProcess } from '../../tools/tasks/nodeProcess.ts';

/**
 * `npm run soak:kill`: a create killed at twenty moments; an update, an upgrade and a delete at twelve; each on a cluster of its own (in
 * `npm test`: five clusters).
 */
export function soakKill(): Promise<number> {
  const args = ['node_modules/mocha/bin/mocha.js', '--timeout', '600000', 'test/sandbox/kill/**/*.test.ts'];
  return nodeProcess(args, { KILL_SOAK: '1' });
}
