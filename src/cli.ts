console.error('private-eks: no command exists yet');
process.exitCode = 2;
