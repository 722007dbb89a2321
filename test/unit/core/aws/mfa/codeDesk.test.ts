import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { CodeDesk } from '../../../../../src/core/aws/mfa/codeDesk.ts';
import { codesFolder, giveCode, listRequests } from '../../../../../src/core/aws/mfa/codeRequest.ts';

const serial = 'arn:aws:iam::111122223333:mfa/phone';
const refusal = 'MultiFactorAuthentication failed with invalid MFA one time pass code.';

describe('CodeDesk', () => {
  let home: string;
  let desk: CodeDesk;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'private-eks-codes-'));
    desk = new CodeDesk({ home, profile: 'prod', purpose: 'create payments', everyMs: 5 });
  });
  afterEach(async () => {
    desk.close();
    await rm(home, { recursive: true, force: true });
  });
  const open = async () => {
    const [request, ...more] = await listRequests(home);
    assert.ok(request);
    assert.deepEqual(more, []);
    return request;
  };
  const files = () => readdir(codesFolder(home)).catch(() => []);

  it('asks once, in a file of the owner’s alone, and does not wait', async () => {
    const needs = {
      code: 'signed-out',
      message: 'Profile prod needs a code of the MFA device phone.',
      retryable: true,
    };
    await assert.rejects(desk.code(serial), needs);
    await Promise.all([1, 2, 3].map(() => assert.rejects(desk.code(serial), needs)));
    const request = await open();
    assert.deepEqual([request.profile, request.serial, request.purpose], ['prod', serial, 'create payments']);
    for (const name of await files())
      assert.equal((await stat(path.join(codesFolder(home), name))).mode & 0o777, 0o600);
    assert.ok(desk.isWaiting);
  });

  it('tells when the code has come, takes it once and leaves nothing behind', async () => {
    await assert.rejects(desk.code(serial));
    const arrived = desk.arrived(AbortSignal.timeout(5_000));
    assert.equal(await giveCode(home, await open(), '123456'), true);
    assert.equal((await stat(path.join(codesFolder(home), `${process.pid}-1.code`))).mode & 0o777, 0o600);
    await arrived;
    assert.equal(await desk.code(serial), '123456');
    assert.deepEqual(await files(), []);
    assert.equal(desk.isWaiting, false);
    await assert.rejects(desk.code(serial), { code: 'signed-out' });
    assert.equal((await open()).id, `${process.pid}-2`);
  });

  it('asks again with AWS’s reason after a wrong code', async () => {
    await assert.rejects(desk.code(serial));
    await giveCode(home, await open(), '000000');
    await desk.code(serial);
    await desk.refused(serial, refusal);
    assert.equal((await open()).refusal, refusal);
    await assert.rejects(desk.code(serial), { message: new RegExp(`AWS did not take the last one: ${refusal}`) });
  });

  it('takes a code for nothing but its own question, and only six digits', async () => {
    await assert.rejects(desk.code(serial));
    const first = await open();
    await assert.rejects(giveCode(home, first, '12345; rm'), { code: 'mfa-code' });
    await giveCode(home, first, '123456');
    await desk.code(serial);
    assert.equal(await giveCode(home, first, '654321'), false);
    assert.deepEqual(await files(), []);
  });

  it('is tidied when its process is gone, and shows nothing that is no question', async () => {
    await assert.rejects(desk.code(serial));
    await writeFile(path.join(codesFolder(home), '7-1.json'), '{"version":1,"id":"../x"}');
    assert.equal((await listRequests(home)).length, 1);
    assert.deepEqual(await listRequests(home, () => false), []);
    assert.deepEqual(await files(), ['7-1.json']);
  });

  it('gives up waiting with its signal', async () => {
    const abort = new AbortController();
    const waiting = desk.arrived(abort.signal);
    abort.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
  });
});
