import assert from 'node:assert/strict';
import { skipBecause } from '../skipBecause.ts';
import { JourneyPlace } from './support/journeyPlace.ts';
import { Kubectl, kubectlChoices } from './support/kubectl.ts';
import type { LivingProcess } from './support/livingProcess.ts';

/** The one that a new practice account holds. */
const cluster = 'practice';
const namespace = 'survivors';
const objects = 500;

/** What a real tunnel meets in a day: its socket dies, the service closes it (about every hour), the agent sends everything again. */
const disturbances: readonly (readonly [string, object])[] = [
  ['a cut socket', { effect: 'drop-sockets' }],
  ['the hourly close 1000', { effect: 'bye' }],
  ['an agent that sends everything again', { channel: { resendEverything: true } }],
];

describe('kubectl through a tunnel', function () {
  this.timeout(90_000);
  let place: JourneyPlace;
  let tunnel: LivingProcess;
  let kubectl: Kubectl;

  before(async function () {
    let binary: string | undefined;
    let missing = '';
    for (const { find } of kubectlChoices) {
      const found = await find();
      if ('binary' in found) binary ??= found.binary;
      else missing = found.missing;
    }
    if (binary === undefined) return skipBecause(this, missing);
    place = new JourneyPlace();
    await place.startSandbox('--speed', '240');
    tunnel = place.cli('tunnel', cluster, '--json');
    kubectl = new Kubectl(place, binary, String((await tunnel.line('kubeconfig'))['kubeconfig']));
    await kubectl.ok('create', 'namespace', namespace);
  });
  after(() => place?.close());
  afterEach(() => place.fault({ channel: {} }));

  /** Strikes, and waits for the next session of the same name to be attached: a socket that is not there cannot be struck. */
  const strike = async (fault: object) => {
    const resumes = () => events('resumed').length;
    const before = resumes();
    const { dropped } = await place.fault(fault);
    if ('channel' in fault) return;
    assert.equal(dropped, 1);
    await tunnel.until('that it has resumed', () => resumes() > before);
  };
  const events = (code: string) =>
    tunnel.lines.filter(({ event }) => (event as { code?: string } | undefined)?.code === code);
  const sessions = async () => (await place.state()).sessions.map(({ sessionId, status }) => `${sessionId} ${status}`);

  for (const [index, [what, fault]] of disturbances.entries())
    it(`goes on watching pods through ${what}`, async () => {
      const known = await sessions();
      const watching = await kubectl.watch('pods', '-n', namespace);
      const pod = async (name: string) => {
        await kubectl.ok(
          ...['run', name, '-n', namespace, '--image=000000000000.dkr.ecr.eu-west-1.amazonaws.com/web:1.27'],
        );
        await watching.until(`pod ${name}`, ({ stdout }) => new RegExp(`^${name} .*Running`, 'm').test(stdout));
      };
      await pod(`before-${index}`);
      await strike(fault);
      await pod(`after-${index}`);
      assert.ok(watching.isRunning);
      await watching.stop('SIGINT');
      assert.deepEqual(await sessions(), known, 'another session was opened instead of resuming this one');
    });

  it(`applies ${objects} objects through all of it`, async () => {
    const known = await sessions();
    const manifest = Array.from(
      { length: objects },
      (_, number) =>
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: object-${number}, namespace: ${namespace}}\ndata: {number: "${number}"}\n`,
    ).join('---\n');
    const applying = kubectl.start(['apply', '--server-side', '-f', '-'], manifest);
    const applied = () => applying.stdout.split('serverside-applied').length - 1;
    for (const [index, [what, fault]] of disturbances.entries()) {
      await applying.until(`enough objects before ${what}`, () => applied() >= (index + 1) * 100);
      await strike(fault);
    }
    const { code, stderr } = await applying.ended;
    assert.equal(code, 0, stderr);
    assert.equal(applied(), objects);
    const numbers = await kubectl.ok(
      ...['get', 'configmaps', '-n', namespace, '-o', 'jsonpath={range .items[*]}{.data.number}{"\\n"}{end}'],
    );
    const found = numbers.split('\n').filter(number => /^\d+$/.test(number));
    assert.deepEqual(
      found.map(Number).sort((a, b) => a - b),
      Array.from({ length: objects }, (_, number) => number),
    );
    assert.deepEqual(await sessions(), known, 'another session was opened instead of resuming this one');
  });
});
