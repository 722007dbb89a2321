import { exitCode, jsonOption, type Command } from '../command.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Will look for what is wrong with a cluster (not there yet)',
  positionals: ['name'],
  options: jsonOption,
  details: ['Comes in a later version; until then it says so and ends with 2.'],
  run: async input => {
    input.io.err('doctor is not there yet: it comes in a later version. `private-eks status NAME` shows the state.\n');
    return exitCode.usage;
  },
};
