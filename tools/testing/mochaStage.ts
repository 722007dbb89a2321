import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { nodeProcess } from '../tasks/nodeProcess.ts';
import type { Report } from './report.ts';

export interface MochaStage {
  readonly name: string;
  /** Glob of test files. */
  readonly spec: string;
  readonly style: 'dot' | 'spec';
  /** Per test, in milliseconds. */
  readonly timeout?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Files run beside each other, in as many processes as there are processors; for tests that share nothing. */
  readonly parallel?: boolean;
  /** Tests that wait more than they work: one process more than there are processors. */
  readonly waits?: boolean;
  /** The long files, longest first: begun before the others, so that all processes end together. */
  readonly first?: readonly string[];
}

export const resultsFolder = path.resolve('test-results');

/** Runs test files in a Node process of their own. */
export async function mochaStage(stage: MochaStage): Promise<Report> {
  const output = resultFile(stage.name);
  fs.rmSync(output, { force: true });
  const args = [
    'node_modules/mocha/bin/mocha.js',
    '--forbid-only',
    ...(stage.parallel ? ['--parallel', '--jobs', String(jobsOf(stage))] : []),
    ...['--reporter', 'tools/testing/reporter.ts', '--reporter-option', `output=${output},style=${stage.style}`],
    ...(stage.timeout === undefined ? [] : ['--timeout', String(stage.timeout)]),
    ...(process.env['MOCHA_GREP'] ? ['--grep', process.env['MOCHA_GREP']] : []),
    ...inOrder(stage),
  ];
  const exitCode = await nodeProcess(args, stage.env);
  return readReport(stage.name, exitCode);
}

function jobsOf({ waits = false }: MochaStage): number {
  return Math.min(8, Math.max(2, os.availableParallelism())) + (waits ? 1 : 0);
}

function inOrder({ name, spec, first = [] }: MochaStage): string[] {
  const files = fs.globSync(spec).map(file => file.replaceAll('\\', '/'));
  const gone = first.filter(file => !files.includes(file));
  if (gone.length > 0) throw new Error(`${name} is to begin with files that are not there: ${gone.join(', ')}`);
  return [...first, ...files.filter(file => !first.includes(file)).sort()];
}

export function resultFile(stage: string): string {
  return path.join(resultsFolder, `${stage}.json`);
}

/** A run that ended without a report, or badly with a good one, has failed, whatever the tests said until then. */
export function readReport(stage: string, exitCode: number): Report {
  const file = resultFile(stage);
  if (!fs.existsSync(file)) return broken(`${stage} ended with exit code ${exitCode} before any result`);
  const report = JSON.parse(fs.readFileSync(file, 'utf8')) as Report;
  if (exitCode !== 0 && report.failed === 0) {
    return {
      ...report,
      ...broken(`all tests of ${stage} passed, but it ended with exit code ${exitCode}`),
      passed: report.passed,
    };
  }
  return report;
}

function broken(message: string): Report {
  return { passed: 0, failed: 1, skipped: [], failures: [{ title: message, message }], slowest: [] };
}
