// CONTRACT: the simulated account behind one function from request to response; the shell around it (src/sandbox/shell) adds sockets.
// The kernel person fills this in; everybody's tests use `createSandbox`.
export {};
