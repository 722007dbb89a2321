import * as vscode from 'vscode';
import { editorProxyVariables } from '../core/aws/proxySettings.ts';

/** VS Code's `http.proxy` and `http.noProxy`, as a process that this window starts reads them; the usual variables win there. */
export function editorProxyEnvironment(): NodeJS.ProcessEnv {
  const http = vscode.workspace.getConfiguration('http');
  const proxy = http.get<string>('proxy');
  const noProxy = http.get<readonly string[]>('noProxy') ?? [];
  if (!proxy) return {};
  return {
    [editorProxyVariables.proxy]: proxy,
    ...(noProxy.length > 0 ? { [editorProxyVariables.noProxy]: noProxy.join(',') } : {}),
  };
}
