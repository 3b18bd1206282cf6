import { describe, expect, test } from 'vitest';
import { type CloudStanding, decide, type VenueHistory } from './handshake.ts';

const at = (seq: number, tok = seq * 10) => ({ seq, tok });

/** A venue that has shipped up to 80 of 100, and whose log reaches back to 20. */
function venue(
  changes: Partial<VenueHistory> & { log?: Record<number, number>; sent?: Record<number, number> } = {},
) {
  const { log = {}, sent = { 60: 600, 80: 800 }, ...history } = changes;
  const result: VenueHistory = {
    epoch: 3,
    applianceId: 'a',
    machineId: 'a',
    floor: 20,
    head: at(100),
    lastSent: at(80),
    acked: at(80),
    tokenInLog: (seq) => log[seq] ?? (seq > 20 && seq <= 100 && seq % 10 === 0 ? seq * 10 : null),
    tokenSent: (seq) => sent[seq] ?? null,
    ...history,
  };
  return result;
}
const cloud = (changes: Partial<CloudStanding> = {}): CloudStanding => ({
  epoch: 3,
  ...at(80),
  applianceId: 'a',
  cursor: null,
  ...changes,
});
const cursor = { table: 'games', after: ['g1'] };

describe('what is done after a handshake', () => {
  test.each<[string, CloudStanding, VenueHistory, object]>([
    ['both stand where they stood', cloud(), venue(), { kind: 'go_on', because: 'in_step' }],
    [
      'an acknowledgement was lost',
      cloud(at(80)),
      venue({ acked: at(60) }),
      { kind: 'go_on', because: 'lost_ack' },
    ],
    [
      'the bookkeeping is new and the log knows the position',
      cloud(),
      venue({ acked: null, lastSent: null, sent: {} }),
      { kind: 'go_on', because: 'lost_ack' },
    ],
    [
      'the cloud was set back and the log has it',
      cloud(at(40)),
      venue(),
      { kind: 'go_on', because: 'reship' },
    ],
    [
      'the entry is gone from the log, and it was sent',
      cloud(at(35, 351)),
      venue({ sent: { 35: 351 } }),
      { kind: 'go_on', because: 'reship' },
    ],
    ['the cloud is new', cloud(at(0, 0)), venue(), { kind: 'resync', because: 'empty' }],
    [
      'the cloud knows nobody yet',
      cloud({ applianceId: null }),
      venue(),
      { kind: 'go_on', because: 'in_step' },
    ],
    ['the cloud was set back too far', cloud(at(10)), venue(), { kind: 'resync', because: 'too_far_back' }],
    [
      'the log was given up after the last boundary',
      cloud(),
      venue({ floor: 90, tokenInLog: () => null }),
      { kind: 'resync', because: 'too_far_back' },
    ],
    [
      'the cloud was set back to an entry that was folded long ago',
      cloud(at(33)),
      venue(),
      { kind: 'resync', because: 'too_far_back' },
    ],
    ['a copy is under way', cloud({ cursor }), venue(), { kind: 'resume_resync', cursor }],
    [
      'a copy is under way and the log was given up since',
      cloud({ cursor }),
      venue({ floor: 90 }),
      { kind: 'resync', because: 'too_far_back' },
    ],
  ])('%s', (_name, there, here, decision) => {
    expect(decide(there, here)).toEqual(decision);
  });

  test.each<[string, CloudStanding, VenueHistory, string]>([
    ['the database was set back', cloud(at(120)), venue({ lastSent: null }), 'rewound'],
    ['it was set back and written to', cloud(at(80, 801)), venue({ lastSent: null, sent: {} }), 'rewound'],
    [
      'it was set back and written to, and the boundary is still noted as sent',
      cloud(at(80, 801)),
      venue({ sent: { 80: 801 }, lastSent: null }),
      'rewound',
    ],
    [
      'it was set back behind what was sent, and the cloud too',
      cloud(at(40)),
      venue({ lastSent: at(120) }),
      'rewound',
    ],
    [
      'it was set back, written to, and the cloud set back',
      cloud(at(40)),
      venue({ lastSent: at(90, 901) }),
      'rewound',
    ],
    [
      'another wrote, and the entry was folded here',
      cloud(at(60, 1)),
      venue({ tokenInLog: () => null }),
      'rewound',
    ],
    [
      'nothing tells anything of the position',
      cloud(at(33)),
      venue({ acked: null, lastSent: null, sent: {} }),
      'unknown_position',
    ],
    [
      'nothing tells anything, and it is below the floor',
      cloud(at(13)),
      venue({ acked: null, lastSent: null, sent: {} }),
      'unknown_position',
    ],
    ['this appliance was replaced', cloud({ epoch: 4 }), venue(), 'retired'],
    ['this appliance was replaced by another', cloud({ epoch: 4, applianceId: 'b' }), venue(), 'retired'],
    ['another appliance has the name', cloud({ applianceId: 'b' }), venue(), 'duplicate'],
    [
      'another has it, and the cloud is empty',
      cloud({ ...at(0, 0), applianceId: 'b' }),
      venue(),
      'duplicate',
    ],
    ['the database came from another machine', cloud(), venue({ machineId: 'b' }), 'duplicate'],
    ['the cloud is from before the promotion', cloud({ epoch: 2 }), venue(), 'cloud_rewound'],
  ])('a person is asked: %s', (_name, there, here, reason) => {
    expect(decide(there, here)).toMatchObject({ kind: 'fenced', reason });
  });
});
