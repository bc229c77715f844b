import { DATATYPES, payloadType } from './schema.ts';

export const REBIRTH_METRIC = 'Node Control/Rebirth';

/** The payload of an NCMD that asks an edge node to send its births again: the only command that Sentia sends. */
export function encodeRebirth(nowMs: number): Uint8Array {
  const metric = {
    name: REBIRTH_METRIC,
    timestamp: nowMs,
    datatype: DATATYPES.indexOf('Boolean'),
    boolean_value: true,
  };
  return payloadType.encode(payloadType.create({ timestamp: nowMs, metrics: [metric] })).finish();
}
