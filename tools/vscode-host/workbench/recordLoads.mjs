/* Preloaded into the processes of a VS Code under test: writes down each module's URL, one a line, at the moment it is loaded. */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

const record = process.env.RECORD_LOADS;
if (record) {
  registerHooks({
    load(url, context, nextLoad) {
      fs.appendFileSync(record, `${url}\n`);
      return nextLoad(url, context);
    },
  });
  // The server takes NODE_OPTIONS out of its extension host's environment.
  const fork = childProcess.fork;
  childProcess.fork = (module, args, options) =>
    fork(module, args, {
      ...options,
      execArgv: [...(options?.execArgv ?? process.execArgv), `--import=${import.meta.url}`],
    });
  syncBuiltinESMExports();
}
