import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension in VS Code', () => {
  it('is found and activates', async () => {
    const extension = vscode.extensions.getExtension('private-eks.private-eks');
    assert.ok(extension, 'VS Code does not know the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('runs where the workspace is', () => {
    const extension = vscode.extensions.getExtension('private-eks.private-eks');
    assert.equal(extension?.extensionKind, vscode.ExtensionKind.Workspace);
  });
});
