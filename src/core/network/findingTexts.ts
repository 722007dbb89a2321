import { aclTexts } from './texts/aclTexts.ts';
import { dnsTexts } from './texts/dnsTexts.ts';
import { endpointTexts } from './texts/endpointTexts.ts';
import type { FindingText } from './texts/findingText.ts';
import { routeTexts } from './texts/routeTexts.ts';
import { subnetTexts } from './texts/subnetTexts.ts';
import { vpcTexts } from './texts/vpcTexts.ts';

/** Every finding's words, by code. */
const texts = { ...subnetTexts, ...routeTexts, ...aclTexts, ...dnsTexts, ...endpointTexts, ...vpcTexts };

export type FindingCode = keyof typeof texts;
export const findingCodes = Object.keys(texts) as readonly FindingCode[];

export const findingText = (code: FindingCode): FindingText => texts[code];
