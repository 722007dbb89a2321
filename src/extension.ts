import type * as vscode from 'vscode';

/** VS Code calls this once, at the first gesture that needs the extension. Nothing is awaited and nothing heavy is loaded here. */
export function activate(_context: vscode.ExtensionContext): void {}
