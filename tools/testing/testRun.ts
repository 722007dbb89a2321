import { stages, type Stage } from './stages.ts';
import type { Report } from './report.ts';

interface Outcome {
  readonly stage: Stage;
  readonly report: Report;
  readonly seconds: string;
}

/**
 * `npm test`: every stage, or those named, to the end even when one fails. The last line is the counts alone.
 */
export async function testRun(names: readonly string[]): Promise<number> {
  const unknown = names.filter(name => !stages.some(stage => stage.name === name));
  if (unknown.length > 0) {
    console.error(`No such stage: ${unknown.join(', ')}. Stages: ${stages.map(stage => stage.name).join(', ')}.`);
    return 2;
  }
  const outcomes: Outcome[] = [];
  for (const stage of stages.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const blocker = outcomes.find(done => stage.needs?.includes(done.stage.name) && done.report.failed > 0);
    console.log(`\n── ${stage.name} ──`);
    const started = Date.now();
    const report = blocker ? notRun(stage, blocker.stage) : await attempt(stage);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    outcomes.push({ stage, report, seconds });
    console.log(`── ${stage.name}: ${counts(report)} in ${seconds} s`);
  }
  return summary(outcomes);
}

async function attempt(stage: Stage): Promise<Report> {
  try {
    const report = await stage.run();
    return report.passed + report.failed + report.skipped.length > 0 ? report : failure(`${stage.name} found no tests`);
  } catch (error) {
    console.error(error);
    return failure(`${stage.name} could not run: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function notRun(stage: Stage, blocker: Stage): Report {
  return failure(`${stage.name} did not run because ${blocker.name} failed`);
}

function failure(message: string): Report {
  return { passed: 0, failed: 1, skipped: [], failures: [{ title: message, message }], slowest: [] };
}

function counts(report: Report): string {
  return `${report.passed} passed, ${report.failed} failed, ${report.skipped.length} skipped`;
}

function summary(outcomes: readonly Outcome[]): number {
  const reports = outcomes.map(outcome => outcome.report);
  const skipped = reports.flatMap(report => report.skipped);
  const failures = outcomes.flatMap(({ stage, report }) =>
    report.failures.map(({ title }) => `${stage.name}: ${title}`),
  );
  console.log('\n══ Summary ══');
  for (const { stage, report, seconds } of outcomes) {
    console.log(`${stage.name.padEnd(16)} ${counts(report).padEnd(36)} ${seconds.padStart(6)} s`);
  }
  if (skipped.length > 0) console.log(`\nSKIPPED, so not shown by this run:`);
  for (const { title, reason } of skipped) console.log(`  - ${title}: ${reason}`);
  if (failures.length > 0) console.log('\nFAILED:');
  for (const line of failures) console.log(`  - ${line}`);
  const total = {
    passed: reports.reduce((sum, report) => sum + report.passed, 0),
    failed: reports.reduce((sum, report) => sum + report.failed, 0),
    skipped,
    failures: [],
    slowest: [],
  };
  console.log(`\n${counts(total)}`);
  return total.failed > 0 ? 1 : 0;
}
