import { trafficSpanMs, type TunnelPanelChange, type TunnelPanelState } from '../../src/protocol/tunnelPanel.ts';

/** The state after a change: the log only ever grows, of the samples the last minutes are kept. */
export function applyChange(state: TunnelPanelState, change: TunnelPanelChange): TunnelPanelState {
  const { sentAt, tunnel, routes, samples, log } = change;
  return {
    ...state,
    sentAt,
    tunnel: tunnel ?? state.tunnel,
    routes: routes ?? state.routes,
    samples: samples ? recent([...state.samples, ...samples], sentAt) : state.samples,
    log: log ? [...state.log, ...log] : state.log,
  };
}

/** Those of the span, and the one before it, to which the first difference is taken. */
function recent(samples: TunnelPanelState['samples'], now: number): TunnelPanelState['samples'] {
  const first = samples.findIndex(sample => sample.at >= now - trafficSpanMs);
  return first > 1 ? samples.slice(first - 1) : samples;
}
