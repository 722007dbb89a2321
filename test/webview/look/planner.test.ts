import { looksRight } from '../support/look.ts';
import { panelBench } from '../support/panelBench.ts';
import { plannerStates } from '../support/plannerStates.ts';

describe('the look of the planner', () => {
  looksRight(panelBench('planner'), plannerStates);
});
