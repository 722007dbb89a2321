import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { JourneyPlace } from './support/journeyPlace.ts';

describe('private-eks sandbox', function () {
  this.timeout(60_000);
  let place: JourneyPlace;
  beforeEach(() => (place = new JourneyPlace()));
  afterEach(() => place.close());

  const record = () => path.join(place.home, 'sandbox', 'sandbox.json');

  it('runs once for a user, also when two are started at the same moment', async () => {
    const all = [1, 2, 3].map(() => place.cli('sandbox', '--empty'));
    const winner = await Promise.any(all.map(running => running.line('endpoint').then(() => running)));
    const losers = await Promise.all(all.filter(running => running !== winner).map(running => running.ended));
    for (const { code, stdout, stderr } of losers) {
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /A sandbox runs already at http:\/\/127\.0\.0\.1:\d+ \(process \d+\)/);
    }
    const { pid } = JSON.parse(readFileSync(record(), 'utf8')) as { pid: number };
    assert.equal(pid, winner.child.pid);
    assert.equal((await winner.stop('SIGTERM')).code, 0);
  });

  it('begins a practice account at one’s own time: what is in it was made before', async () => {
    const before = Date.now();
    await place.startSandbox();
    const { epoch } = JSON.parse(readFileSync(record(), 'utf8')) as { epoch: number };
    assert.ok(before <= epoch && epoch <= Date.now(), `${new Date(epoch).toISOString()} is not now`);
  });

  it('starts where an earlier one was killed, and carries its account on', async () => {
    const first = await place.startSandbox('--empty');
    const key = place.sandbox?.secretAccessKey;
    await first.stop('SIGKILL');
    await place.startSandbox();
    assert.equal(place.sandbox?.secretAccessKey, key);
    assert.deepEqual((await place.state()).resources, []);
  });

  it('starts where the process of an old record is another program now', async () => {
    mkdirSync(path.dirname(record()), { recursive: true, mode: 0o700 });
    // Nothing listens on port 1.
    const old = { endpoint: 'http://127.0.0.1:1', control: 'http://127.0.0.1:1/_control/0', pid: process.pid };
    writeFileSync(record(), JSON.stringify(old), { mode: 0o600 });
    await place.startSandbox('--empty');
    assert.deepEqual((await place.state()).resources, []);
  });
});
