import { build, formatCheck, lint, typecheck } from '../tasks/checks.ts';
import { packageVsix } from '../tasks/packageVsix.ts';
import { editorHostStage } from './editorHostStage.ts';
import { mochaStage } from './mochaStage.ts';
import { oneCheck, type Report } from './report.ts';

export interface Stage {
  readonly name: string;
  /** Stages whose failure makes this one pointless. */
  readonly needs?: readonly string[];
  run(): Promise<Report>;
}

const check = (name: string, run: () => Promise<number>, needs: readonly string[] = []): Stage => ({
  name,
  needs,
  run: async () => oneCheck(name, await run()),
});

/** What `npm test` does, in order; `npm test -- NAME NAME` does only those. */
export const stages: readonly Stage[] = [
  check('typecheck', typecheck),
  check('lint', lint),
  check('format', formatCheck),
  {
    name: 'unit',
    run: () => mochaStage({ name: 'unit', spec: 'test/unit/**/*.test.ts', style: 'dot', parallel: true }),
  },
  {
    name: 'sandbox',
    run: () =>
      mochaStage({
        name: 'sandbox',
        spec: 'test/sandbox/**/*.test.ts',
        style: 'dot',
        timeout: 60_000,
        parallel: true,
        first: [
          'test/sandbox/faults/everyCall.test.ts',
          'test/sandbox/life/thirtyLives.test.ts',
          'test/sandbox/tunnel/soak.test.ts',
          'test/sandbox/kubernetes/kubectl.test.ts',
          'test/sandbox/preflight/thirtyPolicies.test.ts',
          'test/sandbox/awsCommand.test.ts',
          'test/sandbox/awsCommandCluster.test.ts',
          'test/sandbox/signIn/signIn.test.ts',
        ],
      }),
  },
  check('build', build),
  {
    name: 'webview',
    needs: ['build'],
    run: () =>
      mochaStage({
        name: 'webview',
        spec: 'test/webview/**/*.test.ts',
        style: 'dot',
        timeout: 60_000,
        parallel: true,
        first: ['test/webview/look/planner.test.ts', 'test/webview/look/run.test.ts'],
      }),
  },
  {
    name: 'journey',
    needs: ['build'],
    run: () => mochaStage({ name: 'journey', spec: 'test/journey/**/*.test.ts', style: 'spec', timeout: 90_000 }),
  },
  check('package', packageVsix, ['build']),
  {
    name: 'bundle',
    needs: ['build', 'package'],
    run: () => mochaStage({ name: 'bundle', spec: 'test/bundle/**/*.test.ts', style: 'spec' }),
  },
  { name: 'editor-host', needs: ['build'], run: editorHostStage },
  {
    name: 'editor-journey',
    needs: ['build', 'package'],
    run: () =>
      mochaStage({
        name: 'editor-journey',
        spec: 'test/editor/journey/**/*.test.ts',
        style: 'spec',
        timeout: 300_000,
        parallel: true,
        waits: true,
        first: ['main', 'tunnel', 'life', 'around', 'repair'].map(name => `test/editor/journey/${name}.test.ts`),
      }),
  },
];
