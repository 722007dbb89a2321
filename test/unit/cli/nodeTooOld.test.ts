import assert from 'node:assert/strict';
import process from 'node:process';
import { nodeTooOld } from '../../../src/cli/nodeTooOld.ts';

describe('the Node that runs the command line', () => {
  it('is told apart by version', () => {
    for (const version of ['22.15.0', '22.20.1', '24.0.0', process.versions.node])
      assert.equal(nodeTooOld(version), undefined, version);
    for (const version of ['18.19.0', '20.20.2', '22.14.9'])
      assert.match(nodeTooOld(version) ?? '', new RegExp(`this is Node ${version.replaceAll('.', '\\.')}`));
  });
});
