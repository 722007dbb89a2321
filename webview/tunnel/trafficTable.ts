import { html, type TemplateResult } from 'lit';
import { latencyText, rateText } from '../../src/protocol/measures.ts';
import { trafficSpanMs, type TrafficSample } from '../../src/protocol/tunnelPanel.ts';
import { minutes, type TrafficMinute } from './traffic.ts';

/** The chart's twin in words. */
export function trafficTable(samples: readonly TrafficSample[], now: number): TemplateResult {
  const rows = minutes(samples, now, trafficSpanMs);
  return html`<details>
    <summary>Traffic as a table</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Traffic as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Minute</th>
            <th scope="col" class="number">Down</th>
            <th scope="col" class="number">Up</th>
            <th scope="col" class="number">Latency</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            row =>
              html`<tr>
                <th scope="row">${minuteOfDay(row.start)}</th>
                <td class="number">${rateText(row.down)}</td>
                <td class="number">${rateText(row.up)}</td>
                <td class="number">${latencyWords(row)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function latencyWords({ latency, missed }: TrafficMinute): string {
  const range = latency && [...new Set([latencyText(latency.low), latencyText(latency.high)])].join(' to ');
  return [...(range ? [range] : []), ...(missed ? ['once no answer'] : [])].join(', ');
}

function minuteOfDay(timestamp: number): string {
  return new Date(timestamp).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });
}
