import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/editor/commands/commandIds.ts';

describe('commands in VS Code', () => {
  before(async () => {
    await vscode.extensions.getExtension('private-eks.private-eks')?.activate();
  });

  it('are all registered', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      commandIds.filter(id => !known.has(id)),
      [],
    );
  });

  it('mark what is wrong in a spec, at its place', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder, 'wrong.private-eks.yaml');
    const text =
      'apiVersion: private-eks/v1\nkind: Cluster\nname: a\nregion: eu-west-1\nnodes:\n  default:\n    diskGiB: 1\n';
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    await vscode.window.showTextDocument(uri);
    // The first code lens of a spec loads the services, and with them the checks.
    const [lens] = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 1);
    assert.equal(lens?.command?.title, '$(preview) Plan and create');
    const marks = vscode.languages.getDiagnostics(uri);
    assert.equal(marks.length, 1);
    assert.match(marks[0]?.message ?? '', /nodes\.default\.diskGiB is the number 1/);
    assert.equal(marks[0]?.range.start.line, 6);
  });

  it('complete the fields of a spec', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder, 'field.private-eks.yaml');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('kind: Cluster\nnodes:\n  default:\n    \nstaging: \n'));
    await vscode.window.showTextDocument(uri);
    const labels = async (line: number, character: number) => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        uri,
        new vscode.Position(line, character),
      );
      return list.items.map(item => (typeof item.label === 'string' ? item.label : item.label.label));
    };
    assert.ok((await labels(3, 4)).includes('diskGiB'));
    assert.ok(!(await labels(3, 4)).includes('region'));
    const choices = await labels(4, 9);
    assert.ok(choices.includes('auto') && choices.includes('always'), choices.join(', '));
  });
});
