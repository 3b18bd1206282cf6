import type { Chance } from './chance.ts';
import type { FaultCounts, FaultRates } from './fault-rates.ts';

/** What a glove sends at once. */
export interface Packet {
  readonly bytes: Uint8Array;
  /** Number of its first sample in this life of the glove. */
  readonly seq: number;
  readonly samples: number;
  /** Nothing of it is missing or changed. */
  readonly intact: boolean;
  /** When it leaves, microseconds of the world's clock. */
  readonly atUs: number;
}

export interface FaultyLine {
  /** What comes out at the other end for a packet that goes in, in order, now. */
  carry(packet: Packet): readonly Packet[];
  /** A packet that is still held back, because none came to overtake it. */
  flush(): readonly Packet[];
  /** The power is gone, and what was held back with it: it is lost. */
  drop(): void;
  /** Power has come: so many packets are garbled. */
  garble(packets: number): void;
}

/** How many packets a glove may send again after a reconnect. */
const replayedAtMost = 8;

/** A way from the glove to the venue on which things happen to packets, each counted where it happens. */
export function createFaultyLine(rates: FaultRates, chance: Chance, counts: FaultCounts): FaultyLine {
  let behind: Packet | null = null;
  let garbled = 0;
  let latestUs = -Infinity;
  const recent: Packet[] = [];
  const count = (kind: { packets: number; samples: number }, { samples }: Packet) => {
    kind.packets += 1;
    kind.samples += samples;
  };

  function damaged(packet: Packet): Packet {
    const holding = (bytes: Uint8Array): Packet => ({ ...packet, bytes, intact: false });
    const { bytes } = packet;
    if (garbled > 0) {
      garbled -= 1;
      count(counts.garbled, packet);
      return holding(noise(bytes.length, chance));
    }
    if (chance.happens(rates.tornRate)) {
      count(counts.torn, packet);
      return holding(bytes.slice(0, chance.whole(1, bytes.length - 1)));
    }
    if (chance.happens(rates.deletedRate)) {
      count(counts.deleted, packet);
      const at = chance.whole(0, bytes.length - 1);
      return holding(Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1)]));
    }
    if (chance.happens(rates.flippedRate)) {
      count(counts.flipped, packet);
      const flipped = bytes.slice();
      const at = chance.whole(0, bytes.length - 1);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << chance.whole(0, 7));
      return holding(flipped);
    }
    return packet;
  }

  function delayed(packet: Packet): Packet {
    const late = rates.jitterMs > 0 ? Math.round(chance.between(0, rates.jitterMs * 1000)) : 0;
    if (late > 0) count(counts.late, packet);
    latestUs = Math.max(latestUs, packet.atUs + late);
    return { ...packet, atUs: latestUs };
  }

  return {
    carry(packet) {
      if (chance.happens(rates.lostRate)) {
        count(counts.lost, packet);
        return [];
      }
      const arriving = damaged(packet);
      if (behind === null && chance.happens(rates.reorderedRate)) {
        count(counts.reordered, packet);
        behind = arriving;
        return [];
      }
      const out = [arriving];
      if (behind !== null) {
        out.push(behind);
        behind = null;
      }
      if (chance.happens(rates.duplicatedRate)) {
        count(counts.duplicated, packet);
        out.push(arriving);
      }
      if (recent.length > 0 && chance.happens(rates.replayedRate)) {
        const again = recent.slice(-chance.whole(1, recent.length));
        for (const one of again) count(counts.replayed, one);
        out.push(...again);
      }
      if (rates.replayedRate > 0) {
        recent.push(arriving);
        if (recent.length > replayedAtMost) recent.shift();
      }
      return out.map((one) => delayed({ ...one, atUs: packet.atUs }));
    },
    flush() {
      const out = behind === null ? [] : [delayed(behind)];
      behind = null;
      recent.length = 0;
      return out;
    },
    drop() {
      if (behind !== null) {
        counts.reordered.packets -= 1;
        counts.reordered.samples -= behind.samples;
        if (behind.intact) count(counts.lost, behind);
      }
      behind = null;
      recent.length = 0;
    },
    garble(packets) {
      garbled = packets;
    },
  };
}

function noise(length: number, chance: Chance): Uint8Array {
  return Uint8Array.from({ length }, () => chance.whole(0, 255));
}
