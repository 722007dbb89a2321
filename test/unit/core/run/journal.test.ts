import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { followJournal } from '../../../../src/core/run/followJournal.ts';
import { Journal, journalName, parseJournal, readJournal } from '../../../../src/core/run/journal.ts';
import { JournalReader } from '../../../../src/core/run/journalReader.ts';
import type { RunEvent, RunEventBody } from '../../../../src/core/run/runEvent.ts';

const clock = { now: () => 1000, sleep: () => new Promise<void>(resolve => setImmediate(resolve)) };

const body: fc.Arbitrary<RunEventBody> = fc.oneof(
  fc.record({ type: fc.constant('step-started' as const), step: fc.string(), attempt: fc.nat() }),
  fc.record({
    type: fc.constant('note' as const),
    level: fc.constant('info' as const),
    message: fc.string({ unit: 'binary' }),
  }),
  fc.record({
    type: fc.constant('step-progress' as const),
    step: fc.string(),
    message: fc.string({ unit: 'grapheme' }),
  }),
);

describe('journal', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(path.join(tmpdir(), 'private-eks-journal-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const write = async (bodies: readonly RunEventBody[]): Promise<readonly RunEvent[]> => {
    const journal = await Journal.open(dir, clock);
    for (const one of bodies) journal.append(one);
    journal.close();
    return journal.events;
  };

  it('gives back what was written, numbered without gaps', async () => {
    await write([{ type: 'note', level: 'info', message: 'zwei\nZeilen' }]);
    await write([{ type: 'cancel-requested' }]);
    assert.deepEqual(await readJournal(dir), [
      { seq: 1, at: 1000, type: 'note', level: 'info', message: 'zwei\nZeilen' },
      { seq: 2, at: 1000, type: 'cancel-requested' },
    ]);
  });

  it('is readable by its owner alone', async function () {
    if (process.platform === 'win32') this.skip();
    await write([{ type: 'cancel-requested' }]);
    assert.equal((await stat(path.join(dir, journalName))).mode & 0o777, 0o600);
  });

  it('is empty where there is none', async () => {
    assert.deepEqual(await readJournal(path.join(dir, 'nowhere')), []);
  });

  it('survives a cut at any byte: a prefix is read, and writing goes on behind it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(body, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.array(body, { minLength: 1, maxLength: 3 }),
        async (bodies, cut, more) => {
          const file = path.join(dir, journalName);
          await rm(file, { force: true });
          const events = await write(bodies);
          await truncate(file, cut % ((await stat(file)).size + 1));
          const left = await readJournal(dir);
          assert.deepEqual(left, events.slice(0, left.length));
          const after = await write(more);
          assert.equal(after.length, left.length + more.length);
          assert.deepEqual(await readJournal(dir), after);
          assert.deepEqual(
            after.map(({ seq }) => seq),
            after.map((_, index) => index + 1),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads any bytes without throwing, up to what makes no sense', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
        const good = Buffer.from('{"seq":1,"at":5,"type":"cancel-requested"}\n');
        const { events, bytes: length } = parseJournal(Buffer.concat([good, bytes]));
        assert.equal(events[0]?.type, 'cancel-requested');
        assert.ok(length >= good.length);
      }),
    );
  });

  it('is followed while it is written, torn lines and all', async () => {
    const file = path.join(dir, journalName);
    const stop = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { seq } of followJournal(dir, { clock, signal: stop.signal, afterSeq: 1 })) {
        seen.push(seq);
        if (seq === 4) stop.abort();
      }
    })();
    const lines = [1, 2, 3, 4].map(seq => `{"seq":${seq},"at":0,"type":"cancel-requested"}\n`);
    const whole = lines.join('');
    await writeFile(file, '');
    for (let start = 0; start < whole.length; start += 7) {
      await appendFile(file, whole.slice(start, start + 7));
      await new Promise(resolve => setImmediate(resolve));
    }
    await reading;
    assert.deepEqual(seen, [2, 3, 4]);
    assert.equal((await readFile(file, 'utf8')).length, whole.length);
  });
});

describe('a journal read as it grows', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(path.join(tmpdir(), 'private-eks-journal-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const line = (seq: number, message: string) =>
    `${JSON.stringify({ seq, at: 1, type: 'note', level: 'info', message })}\n`;
  const file = () => path.join(dir, journalName);
  const told = (events: readonly RunEvent[]) =>
    events.map(event => [event.seq, event.type === 'note' && event.message]);

  it('gives each event once, however the lines come in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 8 }),
        fc.array(fc.nat(60), { maxLength: 12 }),
        async (messages, pieces) => {
          await rm(file(), { force: true });
          const reader = new JournalReader(dir);
          const content = Buffer.from(messages.map((message, index) => line(index + 1, message)).join(''));
          const got: RunEvent[] = [];
          let at = 0;
          for (const length of [...pieces, content.length]) {
            await appendFile(file(), content.subarray(at, at + length));
            at += length;
            // Two who ask at once get it once, between them.
            for (const part of await Promise.all([reader.read(), reader.read()])) got.push(...part);
          }
          assert.deepEqual(got, parseJournal(content).events);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('begins at the head again when the journal was cut, written anew, or taken away and made again', async () => {
    const reader = new JournalReader(dir);
    await writeFile(file(), line(1, 'a') + line(2, 'b') + line(3, 'c'));
    assert.equal((await reader.read()).length, 3);
    await writeFile(file(), line(1, 'a') + line(2, 'b'));
    assert.deepEqual(told(await reader.read()), [
      [1, 'a'],
      [2, 'b'],
    ]);
    await writeFile(file(), line(1, 'x') + line(2, 'y') + line(3, 'z'));
    assert.deepEqual(told(await reader.read()), [
      [1, 'x'],
      [2, 'y'],
      [3, 'z'],
    ]);
    await rm(file());
    assert.deepEqual(await reader.read(), []);
    await writeFile(file(), line(1, 'new'));
    assert.deepEqual(told(await reader.read()), [[1, 'new']]);
  });

  it('waits at a torn line until somebody mends it', async () => {
    const reader = new JournalReader(dir);
    await writeFile(file(), `${line(1, 'a')}{"seq":2,"ty\n`);
    assert.deepEqual(told(await reader.read()), [[1, 'a']]);
    assert.deepEqual(await reader.read(), []);
    await truncate(file(), line(1, 'a').length);
    await appendFile(file(), line(2, 'b'));
    assert.deepEqual(told(await reader.read()), [[2, 'b']]);
  });
});
