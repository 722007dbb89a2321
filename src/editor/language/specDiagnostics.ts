import * as vscode from 'vscode';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import { isSpecFile } from '../../core/spec/specFile.ts';

const settleMs = 200;

/** The spec's own checks as marks in the file. */
export class SpecDiagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('private-eks');
  readonly #subscriptions: vscode.Disposable[];
  readonly #settling = new Map<string, NodeJS.Timeout>();

  constructor() {
    this.#subscriptions = [
      this.#collection,
      vscode.workspace.onDidOpenTextDocument(document => this.check(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#settle(document)),
      vscode.workspace.onDidCloseTextDocument(document => this.#forget(document)),
    ];
    for (const document of vscode.workspace.textDocuments) this.check(document);
  }

  check(document: vscode.TextDocument): void {
    if (!isSpecFile(document.fileName)) return;
    const marks = parseSpec(document.getText()).problems.map(problem => {
      const range = new vscode.Range(
        document.positionAt(problem.start.offset),
        document.positionAt(problem.end.offset),
      );
      const severity =
        problem.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
      const mark = new vscode.Diagnostic(range, problem.message, severity);
      mark.source = 'Private EKS';
      return mark;
    });
    this.#collection.set(document.uri, marks);
  }

  dispose(): void {
    for (const timer of this.#settling.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** A page that is saved under a name is emptied and closed: what it would be told then is of nothing. */
  #forget({ uri }: vscode.TextDocument): void {
    clearTimeout(this.#settling.get(uri.toString()));
    this.#settling.delete(uri.toString());
    this.#collection.delete(uri);
  }

  #settle(document: vscode.TextDocument): void {
    if (!isSpecFile(document.fileName)) return;
    const key = document.uri.toString();
    clearTimeout(this.#settling.get(key));
    this.#settling.set(
      key,
      setTimeout(() => {
        this.#settling.delete(key);
        this.check(document);
      }, settleMs),
    );
  }
}
