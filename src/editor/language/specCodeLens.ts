import * as vscode from 'vscode';

/** *Plan and create* above the spec. */
export const specCodeLens: vscode.CodeLensProvider = {
  provideCodeLenses(document) {
    const top = new vscode.Range(0, 0, 0, 0);
    return [
      new vscode.CodeLens(top, {
        command: 'privateEks.planner.open',
        title: '$(preview) Plan and create',
        arguments: [document.uri],
      }),
    ];
  },
};
