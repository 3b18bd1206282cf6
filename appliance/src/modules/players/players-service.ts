import {
  type Consent,
  defaultLanguage,
  type PlayerDetails,
  type PlayerInput,
} from '../../../contract/players.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AuthModule } from '../auth/index.ts';
import { mayBeShown } from './names-that-may-be-shown.ts';
import { toE164 } from './phone-numbers.ts';
import { consentTextVersion, needsGuardian } from './players.ts';
import { playerChanged } from './players-events.ts';
import { playerProblems } from './players-problems.ts';
import { playersStore } from './players-store.ts';
import type { ConsentKind, PlayerRow } from './players-tables.ts';
import { type Consents, currentConsents } from './players-view.ts';

export interface PlayersServiceDeps {
  clock: Clock;
  ids: Ids;
  events: Events;
  auth: Pick<AuthModule, 'addUser'>;
  /** ISO 3166 country that numbers without a country code belong to. */
  country: string;
}

type Reads = Pick<Statements, 'all' | 'get'>;

/** What a guardian has to agree to when a minor gives it. */
interface AskedOfPlayer {
  birth_year?: number | null | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  consent?: Consent | undefined;
}

export function createPlayersService({ clock, ids, events, auth, country }: PlayersServiceDeps) {
  function phoneOf(input: PlayerDetails): string | null {
    if (input.phone === undefined || input.phone.trim() === '') return null;
    const phone = toE164(input.phone, country);
    if (phone === null) {
      const errors = [
        { pointer: '/phone', code: 'invalid_phone', message: playerProblems.invalid_phone.title },
      ];
      throw new Problem(playerProblems.invalid_phone, undefined, { errors });
    }
    return phone;
  }

  function refuseUnguardedMinor(asked: AskedOfPlayer): void {
    if (!needsGuardian(asked.birth_year, new Date(clock.now())) || asked.consent?.guardian === true) return;
    const { sms, marketing, photo, sensor } = asked.consent ?? {};
    const reachable = asked.phone !== undefined || asked.email !== undefined;
    if (reachable || [sms, marketing, photo, sensor].includes(true)) {
      throw new Problem(playerProblems.guardian_required);
    }
  }

  function recordConsents(tx: Transaction, playerId: string, consent: Consent, recordedBy: string): void {
    for (const [kind, granted] of Object.entries(consent)) {
      playersStore.insertConsent(tx, {
        id: ids.next(),
        player_id: playerId,
        kind: kind as ConsentKind,
        granted: granted ? 1 : 0,
        text_version: consentTextVersion,
        recorded_by: recordedBy,
        at: clock.now(),
      });
    }
  }

  function player(reads: Reads, id: string): PlayerRow {
    const row = playersStore.playerById(reads, id);
    if (row === undefined) throw new Problem(playerProblems.unknown_player);
    return row;
  }

  const changed = (tx: Transaction, playerId: string) =>
    events.publish(tx, playerChanged, { player_id: playerId });

  const consentsOf = (reads: Reads, playerId: string): Consents =>
    currentConsents(playersStore.consentsOf(reads, playerId));

  return {
    player,
    consentsOf,
    /**
     * Makes a guest. Throws `invalid_phone`, `guardian_required`, `unsuitable_name`.
     * @param recordedBy username of who wrote it down
     */
    addGuest(tx: Transaction, input: PlayerDetails, recordedBy: string): PlayerRow {
      if (!mayBeShown(input.name)) throw new Problem(playerProblems.unsuitable_name);
      refuseUnguardedMinor(input);
      const row: PlayerRow = {
        id: ids.next(),
        name: input.name,
        phone: phoneOf(input),
        email: input.email ?? null,
        birth_year: input.birth_year ?? null,
        photo: null,
        language: input.language ?? defaultLanguage,
        created_at: clock.now(),
      };
      playersStore.insertPlayer(tx, row);
      recordConsents(tx, row.id, input.consent ?? {}, recordedBy);
      changed(tx, row.id);
      return row;
    },
    /** Gives a guest a user of their own. Throws `username_taken`. */
    addAccount(tx: Transaction, playerId: string, username: string, passwordHash: string): void {
      auth.addUser(tx, { username, role: 'player', passwordHash, playerId });
    },
    /** Throws `guardian_required`. When a guardian withdraws, what they agreed to goes with it. */
    changeConsent(tx: Transaction, playerId: string, consent: Consent, recordedBy: string): Consents {
      const row = playersStore.playerById(tx, playerId);
      if (row === undefined) throw new Problem(httpProblems.not_found);
      const current = consentsOf(tx, playerId);
      const guardian = consent.guardian ?? current.guardian;
      refuseUnguardedMinor({ birth_year: row.birth_year, consent: { ...consent, guardian } });
      const isUnguarded = !guardian && needsGuardian(row.birth_year, new Date(clock.now()));
      recordConsents(tx, playerId, { ...(isUnguarded ? noneOf(current) : {}), ...consent }, recordedBy);
      const consents = consentsOf(tx, playerId);
      // A picture nobody may use is not kept: without its row the file goes with the next tidying.
      if (!consents.photo && row.photo !== null) playersStore.setPhoto(tx, playerId, null);
      changed(tx, playerId);
      return consents;
    },
    /** Throws `consent_required` unless the player agreed to be in a picture. */
    setPhoto(tx: Transaction, playerId: string, photo: string): void {
      player(tx, playerId);
      if (!consentsOf(tx, playerId).photo) {
        throw new Problem(playerProblems.consent_required, undefined, { consent: 'photo' });
      }
      playersStore.setPhoto(tx, playerId, photo);
      changed(tx, playerId);
    },
  };
}
export type PlayersService = ReturnType<typeof createPlayersService>;

/** A no to all that was agreed to. */
const noneOf = (consents: Consents): Consent =>
  Object.fromEntries(Object.entries(consents).flatMap(([kind, granted]) => (granted ? [[kind, false]] : [])));

/** Throws unless both or neither of the two that make an account are there. */
export function accountOf(input: PlayerInput): { username: string; password: string } | null {
  const { username, password } = input;
  if (username === undefined && password === undefined) return null;
  if (username === undefined || password === undefined) throw new Problem(playerProblems.incomplete_account);
  return { username, password };
}
