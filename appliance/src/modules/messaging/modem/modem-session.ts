import type { Logger } from 'pino';
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { CarrierHealth } from '../carrier.ts';
import type { AtEngine, AtResult } from './at-engine.ts';

export interface ModemSessionDeps {
  ask: AtEngine['ask'];
  /** Closes the line and opens it again. */
  reopen(): void;
  clock: Clock;
  logger: Logger;
  changed(): void;
  /** The modem is prepared and in its network; said again at every look. */
  ready(): void;
}

/** Why no text can leave by the modem. */
export type ModemFault =
  | 'unplugged'
  | 'starting'
  | 'silent'
  | 'sim_missing'
  | 'sim_pin'
  | 'sim_puk'
  | 'sim_failure'
  | 'no_network'
  | 'network_denied'
  | 'modem_error'
  | 'stopped';

export interface ModemSession {
  health(): CarrierHealth;
  /** Where the modem stores what comes in. */
  memory(): string;
  opened(): void;
  lost(): void;
  /** The modem began anew by itself. */
  rebooted(): void;
  /** The modem says of itself that it is in its network, or not. */
  registered(stat: number): void;
  /** Something may be different from what we think. */
  look(): void;
  stop(): void;
}

/** Alternatives: the first that the modem takes counts. */
type Setting = readonly string[];
const settings: readonly Setting[] = [
  ['AT+CMGF=0'],
  // Store what comes in and announce it; bring status reports at once, or store them too, or do without.
  ['AT+CNMI=2,1,0,1,0', 'AT+CNMI=2,1,0,2,0', 'AT+CNMI=2,1,0,0,0'],
  ['AT+CREG=1'],
];
const wishes: readonly string[] = ['AT+CSMS=0', 'AT+CEREG=1'];
const memories = ['ME', 'SM'] as const;

/** The answer to a question; told unasked, the first number is missing. */
const registration = /^\+CE?REG: ?\d,(?<stat>\d+)(,|$)/u;
const registered = new Set([1, 5, 6, 7]);
const denied = 3;

const looksEveryMs: Readonly<Partial<Record<ModemFault, number>>> = {
  sim_missing: 30_000,
  sim_pin: 30_000,
  sim_puk: 30_000,
  no_network: 10_000,
  network_denied: 30_000,
};
const whileAvailableMs = 60_000;
const otherwiseMs = 5_000;
/** So many looks in a row without an answer, and the line is opened anew. */
const silentLooks = 3;
const slowMs = 15_000;

/** Brings a modem into the state in which it sends texts, and looks after it: after each loss, reboot and silence. */
export function createModemSession(deps: ModemSessionDeps): ModemSession {
  const { ask, reopen, clock, logger, changed, ready } = deps;
  let fault: ModemFault | null = 'unplugged';
  let memory: string = memories[0];
  let isPlugged = false;
  let isPrepared = false;
  /** Counts beginnings: what was found out before the last one is of no use. */
  let beginning = 0;
  let silences = 0;
  /** The line was closed by us: a silent modem stays one until it answers, or its line stays away. */
  let isReopening = false;
  let isLooking = false;
  let lookAgain = false;
  let cancelNext: Cancel = () => {};

  function settle(found: ModemFault | null): void {
    if (found === fault) return;
    fault = found;
    if (found === null) logger.info('the modem is ready');
    else logger.warn({ reason: found }, 'no texts can be sent by the modem');
    changed();
  }

  async function prepare(): Promise<ModemFault | null> {
    const mine = beginning;
    for (const text of ['ATE0', 'AT+CMEE=1']) {
      const fault = faultOf(await ask({ text }));
      if (fault !== null) return fault;
    }
    const sim = await simFault();
    if (sim !== null) return sim;
    const stores = memories.map((name) => `AT+CPMS="${name}","${name}","${name}"`);
    const store = await oneOf(stores);
    if (typeof store === 'string') return store;
    memory = memories[store] ?? memories[0];
    for (const setting of settings) {
      const taken = await oneOf(setting);
      if (typeof taken === 'string') return taken;
    }
    for (const text of wishes) await ask({ text });
    if (mine === beginning) isPrepared = true;
    return networkFault();
  }

  /** Which of the alternatives the modem took, or what is wrong. */
  async function oneOf(alternatives: Setting): Promise<number | ModemFault> {
    for (const [place, text] of alternatives.entries()) {
      const answer = await ask({ text, withinMs: slowMs });
      if (answer.state === 'ok') return place;
      if (answer.state === 'no_answer') return 'silent';
    }
    return 'modem_error';
  }

  /** A modem that began anew without saying so has forgotten how it was to report errors. */
  async function check(): Promise<ModemFault | null> {
    const answer = await ask({ text: 'AT+CMEE?', takes: /^\+CMEE:/u, mustTake: true });
    if (answer.state !== 'ok') return 'silent';
    if (answer.lines[0]?.replace(/\D/gu, '') !== '1') {
      isPrepared = false;
      return prepare();
    }
    return (await simFault()) ?? networkFault();
  }

  async function simFault(): Promise<ModemFault | null> {
    const answer = await ask({ text: 'AT+CPIN?', takes: /^\+CPIN:/u, mustTake: true, withinMs: slowMs });
    if (answer.state === 'no_answer') return 'silent';
    if (answer.state === 'error')
      return (answer.code === null ? undefined : simFaults.get(answer.code)) ?? 'starting';
    const wants = answer.lines[0]?.replace(/^\+CPIN: ?/u, '') ?? '';
    if (wants === 'READY') return null;
    return wants.includes('PUK') ? 'sim_puk' : 'sim_pin';
  }

  async function networkFault(): Promise<ModemFault | null> {
    const found: number[] = [];
    for (const name of ['CREG', 'CEREG']) {
      const answer = await ask({ text: `AT+${name}?`, takes: registration, mustTake: true });
      if (answer.state === 'no_answer') return 'silent';
      if (answer.state === 'ok')
        found.push(Number(registration.exec(answer.lines[0] ?? '')?.groups?.['stat']));
    }
    if (found.some((stat) => registered.has(stat))) return null;
    return found.includes(denied) ? 'network_denied' : 'no_network';
  }

  async function lookOnce(): Promise<void> {
    const mine = beginning;
    const found = await (isPrepared ? check() : prepare());
    if (!isPlugged || mine !== beginning) return;
    silences = found === 'silent' ? silences + 1 : 0;
    if (found === 'silent') isPrepared = false;
    settle(found);
    if (found === null) ready();
    if (silences < silentLooks) return;
    silences = 0;
    isReopening = true;
    reopen();
  }

  async function look(): Promise<void> {
    lookAgain = true;
    if (isLooking) return;
    isLooking = true;
    cancelNext();
    while (lookAgain && isPlugged) {
      lookAgain = false;
      await lookOnce();
    }
    isLooking = false;
    if (!isPlugged) return;
    const waitMs = fault === null ? whileAvailableMs : (looksEveryMs[fault] ?? otherwiseMs);
    cancelNext = clock.after(waitMs, () => void look());
  }

  function begin(): void {
    beginning += 1;
    isPrepared = false;
    cancelNext();
    if (!isReopening) settle('starting');
    isReopening = false;
    void look();
  }

  function end(reason: ModemFault): void {
    beginning += 1;
    isPlugged = false;
    isPrepared = false;
    cancelNext();
    if (isReopening && reason === 'unplugged') cancelNext = clock.after(otherwiseMs, stayedAway);
    else settle(reason);
  }

  function stayedAway(): void {
    isReopening = false;
    settle('unplugged');
  }

  return {
    health: () => ({ available: fault === null, reason: fault }),
    memory: () => memory,
    opened() {
      isPlugged = true;
      begin();
    },
    lost: () => end('unplugged'),
    rebooted: begin,
    registered(stat) {
      if (registered.has(stat) !== (fault === null)) void look();
    },
    look: () => void look(),
    stop: () => end('stopped'),
  };
}

/** Of `+CME ERROR`, 3GPP TS 27.007 section 9.2; the others mean that the modem is not that far yet. */
const simFaults: ReadonlyMap<number, ModemFault> = new Map([
  [10, 'sim_missing'],
  [11, 'sim_pin'],
  [12, 'sim_puk'],
  [13, 'sim_failure'],
  [15, 'sim_failure'],
]);

function faultOf({ state }: AtResult): ModemFault | null {
  if (state === 'ok') return null;
  return state === 'no_answer' ? 'silent' : 'modem_error';
}
