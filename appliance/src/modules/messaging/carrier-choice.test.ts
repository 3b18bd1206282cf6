import { expect, test } from 'vitest';
import type { CarrierName } from './carrier.ts';
import { type Attempt, chooseCarrier, type Standing } from './carrier-choice.ts';

const now = 1_000_000;
const ready = (name: CarrierName): Standing => ({ name, available: true, reason: null, free: true });
const away = (name: CarrierName, reason: string | null = 'unreachable'): Standing => ({
  name,
  available: false,
  reason,
  free: true,
});
const busy = (name: CarrierName): Standing => ({ ...ready(name), free: false });
const refused = (carrier: CarrierName, retry_at: number | null, reason = 'number_invalid'): Attempt => ({
  carrier,
  state: 'refused',
  reason,
  retry_at,
});
const later = now + 5_000;

test.each<[string, Standing[], Attempt[], object]>([
  ['the first that is there', [ready('twilio'), ready('modem')], [], { go: 'twilio' }],
  ['the next when the first is away', [away('twilio'), ready('modem')], [], { go: 'modem' }],
  [
    'the next when the first has refused for good',
    [ready('twilio'), ready('modem')],
    [refused('twilio', null)],
    { go: 'modem' },
  ],
  [
    'the next when the first has refused for now',
    [ready('twilio'), ready('modem')],
    [refused('twilio', later)],
    { go: 'modem' },
  ],
  ['the first again when its pause is over', [ready('twilio')], [refused('twilio', now)], { go: 'twilio' }],
  [
    'the last word of a carrier counts',
    [ready('twilio')],
    [refused('twilio', now - 1), refused('twilio', null, 'blocked')],
    { never: 'blocked' },
  ],
  [
    'nobody, where all are away',
    [away('twilio'), away('modem', 'sim_pin')],
    [],
    { wait: 'unreachable', for: 'twilio', until: null },
  ],
  ['away without a reason', [away('modem', null)], [], { wait: 'unavailable', for: 'modem', until: null }],
  [
    'nobody, until the first pause is over',
    [ready('twilio'), ready('modem')],
    [refused('twilio', later + 1, 'rate_limited'), refused('modem', later)],
    { wait: 'rate_limited', for: 'twilio', until: later },
  ],
  [
    'one that is there again at any moment is looked at again at any moment',
    [away('twilio'), ready('modem')],
    [refused('modem', later)],
    { wait: 'unreachable', for: 'twilio', until: null },
  ],
  [
    'a busy one is waited for',
    [busy('twilio'), ready('modem')],
    [],
    { wait: 'busy', for: 'twilio', until: null },
  ],
  [
    'all have refused: the last reason',
    [ready('twilio'), ready('modem')],
    [refused('twilio', null, 'landline'), refused('modem', null, 'barred')],
    { never: 'barred' },
  ],
  ['no carrier at all', [], [], { never: 'no_carrier' }],
])('%s', (_case, standings, attempts, choice) => {
  expect(chooseCarrier(standings, attempts, { now, urgent: false })).toEqual(choice);
});

test('an urgent text does not wait for a busy carrier while another is free', () => {
  const urgent = { now, urgent: true };
  expect(chooseCarrier([busy('twilio'), ready('modem')], [], urgent)).toEqual({ go: 'modem' });
  expect(chooseCarrier([busy('twilio'), busy('modem')], [], urgent)).toMatchObject({ for: 'twilio' });
});
