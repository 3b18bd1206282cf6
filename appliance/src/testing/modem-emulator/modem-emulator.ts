import {
  deliverHex,
  octetsCounted,
  readSubmit,
  type SubmittedPart,
  statusReportHex,
  type TextBrought,
} from './network-pdus.ts';

/** What the network took from the modem. */
export interface SentPart extends SubmittedPart {
  readonly messageReference: number;
}

/**
 * What becomes of the next PDU.
 * - `taken`: sent, and said so. `report_first`: its status report comes before the answer.
 * - `taken_silently`: sent, and never said so. `lost`: neither sent nor answered.
 * - `held`: sent, answered by `release`; deaf until then, as a modem that waits for the network.
 * - `held_refusal`: the same, not sent, and answered with this error.
 * - `reboots`: starts anew in the middle of it, and sends nothing. `half_answered`: sent; the answer ends before `OK`.
 * - a number: that `+CMS ERROR`, not sent. `error`: a bare `ERROR`, not sent.
 */
export type SubmitOutcome =
  | 'taken'
  | 'report_first'
  | 'taken_silently'
  | 'lost'
  | 'held'
  | { readonly heldRefusal: number }
  | 'reboots'
  | 'half_answered'
  | number
  | 'error';

/** How the modem behaves; may be changed while it runs. */
export interface ModemScript {
  /** Hears nothing, says nothing, does nothing. */
  silent: boolean;
  /** Each byte arrives alone. */
  splitBytes: boolean;
  /** Said before every line of an answer, as unsolicited lines may be. */
  interruptions: string[];
  /** Bytes of nonsense before every line of an answer. */
  noise: string;
  sim: 'READY' | 'SIM PIN' | 'SIM PUK' | 'absent';
  /** The `<stat>` of `+CREG`: 1 at home, 5 roaming, 0 and 2 none, 3 denied. */
  network: number;
  /** Whether a `>` is shown when a PDU is asked for. */
  prompts: boolean;
  /** Commands that it does not know. */
  unknownCommands: RegExp | null;
  /** Of the next PDUs, in order; `taken` when there is none. */
  outcomes: SubmitOutcome[];
  /** The cable comes out when so many characters of the next PDU have arrived. */
  unplugAfter: number | null;
  /** Status that is reported for each part as soon as it is sent; null: reports are sent by `report` alone. */
  reportAtOnce: number | null;
  /** What it says when it has started; null: nothing. */
  banner: string | null;
}

/** The cable to whoever drives the modem. */
export interface Cable {
  say(text: string): void;
  unplug(): void;
}

interface StoredPdu {
  read: boolean;
  readonly pdu: string;
}

const controlZ = '\u001a';
const abort = '\u001b';

/**
 * A modem that keeps to 3GPP TS 27.005 and 27.007 as far as texts need it, and misbehaves as its script says. Its
 * storage and the count of its messages outlive a reboot and an unplugged cable.
 */
export function createModemEmulator(options: {
  now: () => number;
  firstReference?: number;
  /** Hears of each part that the network took. */
  sentPart?: (part: SentPart) => void;
}) {
  const { now, sentPart = () => {} } = options;
  const script: ModemScript = {
    silent: false,
    splitBytes: false,
    interruptions: [],
    noise: '',
    sim: 'READY',
    network: 1,
    prompts: true,
    unknownCommands: null,
    outcomes: [],
    unplugAfter: null,
    reportAtOnce: null,
    banner: 'RDY',
  };
  const memories = new Map(['ME', 'SM', 'SR'].map((name) => [name, new Map<number, StoredPdu>()]));
  const sent: SentPart[] = [];
  const heard: string[] = [];
  let cable: Cable | null = null;
  let nextReference = options.firstReference ?? 1;
  let pinTries = 0;
  let deaf = false;
  let release = () => {};
  let input = '';
  /** The length that `AT+CMGS` announced, while a PDU is typed in. */
  let entry: number | null = null;
  let state = freshState();

  function freshState() {
    return { echo: true, cmee: 0, memory: 'ME', announce: 0, reports: 0, registrations: false };
  }

  function raw(text: string): void {
    if (script.silent || cable === null) return;
    if (!script.splitBytes) cable.say(text);
    else for (const byte of text) cable.say(byte);
  }
  const unsolicited = (line: string) => raw(`\r\n${line}\r\n`);
  function answer(...lines: string[]): void {
    for (const line of lines) {
      for (const interruption of script.interruptions) unsolicited(interruption);
      raw(`${script.noise}\r\n${line}\r\n`);
    }
  }
  const cmeError = (code: number) => answer(state.cmee === 0 ? 'ERROR' : `+CME ERROR: ${code}`);

  function store(memory: string, pdu: string): number {
    const stored = memories.get(memory) ?? new Map<number, StoredPdu>();
    let index = 1;
    while (stored.has(index)) index += 1;
    stored.set(index, { read: false, pdu });
    return index;
  }

  function bring(pdu: string, memory = 'ME'): void {
    const index = store(memory, pdu);
    if (state.announce === 1) unsolicited(`+CMTI: "${memory}",${index}`);
  }

  function report({ messageReference, to }: Pick<SentPart, 'messageReference' | 'to'>, status: number): void {
    const pdu = statusReportHex({ messageReference, to, status, at: now() });
    if (state.reports === 1) unsolicited(`+CDS: ${octetsCounted(pdu)}\r\n${pdu}`);
    if (state.reports === 2) unsolicited(`+CDSI: "SR",${store('SR', pdu)}`);
  }

  function submit(hex: string): void {
    const outcome = script.outcomes.shift() ?? 'taken';
    if (typeof outcome === 'number') answer(`+CMS ERROR: ${outcome}`);
    else if (outcome === 'error') answer('ERROR');
    else if (outcome === 'reboots') reboot();
    else if (typeof outcome === 'object') hold(() => answer(`+CMS ERROR: ${outcome.heldRefusal}`));
    else if (outcome !== 'lost') take(hex, outcome);
  }

  type Taken = Exclude<SubmitOutcome, number | object | 'error' | 'reboots' | 'lost'>;
  function take(hex: string, outcome: Taken): void {
    const messageReference = nextReference;
    nextReference = (nextReference + 1) % 256;
    const part: SentPart = { ...readSubmit(hex), messageReference };
    sent.push(part);
    sentPart(part);
    if (outcome === 'report_first') report(part, 0);
    const lines = [`+CMGS: ${messageReference}`, 'OK'];
    if (outcome === 'held') hold(() => answer(...lines));
    else if (outcome === 'half_answered') answer(...lines.slice(0, 1));
    else if (outcome !== 'taken_silently') answer(...lines);
    if (script.reportAtOnce !== null) report(part, script.reportAtOnce);
  }

  function hold(then: () => void): void {
    deaf = true;
    release = () => {
      deaf = false;
      release = () => {};
      then();
    };
  }

  function reboot(): void {
    state = freshState();
    entry = null;
    input = '';
    deaf = false;
    if (script.banner !== null) unsolicited(script.banner);
  }

  /** Every command's answer. The first that matches counts. */
  const commands: readonly (readonly [RegExp, (found: RegExpExecArray) => void])[] = [
    [/^AT$/u, () => answer('OK')],
    [
      /^ATE([01])$/u,
      ([, on]) => {
        state.echo = on === '1';
        answer('OK');
      },
    ],
    [
      /^AT\+CMEE=(\d)$/u,
      ([, mode]) => {
        state.cmee = Number(mode);
        answer('OK');
      },
    ],
    [/^AT\+CMEE\?$/u, () => answer(`+CMEE: ${state.cmee}`, 'OK')],
    [/^AT\+CPIN\?$/u, () => (script.sim === 'absent' ? cmeError(10) : answer(`+CPIN: ${script.sim}`, 'OK'))],
    [
      /^AT\+CPIN=/u,
      () => {
        pinTries += 1;
        cmeError(16);
      },
    ],
    [
      /^AT\+CE?REG=(\d)$/u,
      ([, mode]) => {
        state.registrations = mode !== '0';
        answer('OK');
      },
    ],
    [/^AT\+(CE?REG)\?$/u, ([, name]) => answer(`+${name}: 1,${script.network}`, 'OK')],
    [/^AT\+CSQ$/u, () => answer('+CSQ: 20,99', 'OK')],
    [/^AT\+CMGF=0$/u, () => answer('OK')],
    [/^AT\+CSMS=0$/u, () => answer('+CSMS: 1,1,1', 'OK')],
    [
      /^AT\+CPMS="(\w+)"(?:,"\w+","\w+")?$/u,
      ([, memory = '']) => {
        if (script.sim !== 'READY') return answer('+CMS ERROR: 311');
        if (!memories.has(memory)) return answer('+CMS ERROR: 302');
        state.memory = memory;
        return answer('+CPMS: 0,255,0,255,0,255', 'OK');
      },
    ],
    [
      /^AT\+CNMI=2,([01]),0,([012]),\d$/u,
      ([, announce, reports]) => {
        state.announce = Number(announce);
        state.reports = Number(reports);
        answer('OK');
      },
    ],
    [
      /^AT\+CMGL=4$/u,
      () => {
        const stored = [...(memories.get(state.memory) ?? [])];
        const lines = stored.map(
          ([index, { read, pdu }]) => `+CMGL: ${index},${read ? 1 : 0},,${octetsCounted(pdu)}\r\n${pdu}`,
        );
        for (const [, one] of stored) one.read = true;
        answer(...lines, 'OK');
      },
    ],
    [
      /^AT\+CMGR=(\d+)$/u,
      ([, index]) => {
        const stored = memories.get(state.memory)?.get(Number(index));
        if (stored === undefined) answer('+CMS ERROR: 321');
        else answer(`+CMGR: 1,,${octetsCounted(stored.pdu)}\r\n${stored.pdu}`, 'OK');
      },
    ],
    [
      /^AT\+CMGD=(\d+)$/u,
      ([, index]) => {
        memories.get(state.memory)?.delete(Number(index));
        answer('OK');
      },
    ],
    [
      /^AT\+CMGS=(\d+)$/u,
      ([, length]) => {
        if (script.sim !== 'READY') return answer('+CMS ERROR: 311');
        entry = Number(length);
        if (script.prompts) {
          for (const interruption of script.interruptions) unsolicited(interruption);
          raw('\r\n> ');
        }
        return undefined;
      },
    ],
  ];

  function obey(command: string): void {
    heard.push(command);
    const isKnown = script.unknownCommands?.test(command) !== true;
    for (const [pattern, then] of isKnown ? commands : []) {
      const found = pattern.exec(command);
      if (found === null) continue;
      then(found);
      return;
    }
    answer('ERROR');
  }

  function typed(character: string): void {
    if (character === abort) {
      if (entry !== null) answer('OK');
      entry = null;
      input = '';
    } else if (entry !== null && character === controlZ) {
      const [octets, hex] = [entry, input];
      entry = null;
      input = '';
      heard.push(hex);
      if (octets === octetsCounted(hex)) submit(hex);
      else answer('+CMS ERROR: 304');
    } else if (entry === null && character === '\r') {
      // A modem passes over whatever stands before the AT.
      const command = input.slice(Math.max(0, input.indexOf('AT')));
      input = '';
      if (command !== '') obey(command);
    } else if (character !== '\n') {
      input += character;
      if (entry === null || script.unplugAfter === null || input.length < script.unplugAfter) return;
      script.unplugAfter = null;
      unplug();
    }
  }

  function unplug(): void {
    const cut = cable;
    cable = null;
    cut?.unplug();
  }

  return {
    script,
    /** What the network took, in order. */
    sent: sent as readonly SentPart[],
    /** Every command and PDU, whole, in order. */
    heard: heard as readonly string[],
    pinTries: () => pinTries,
    isPlugged: () => cable !== null,
    /** PDUs that a memory holds. */
    stored: (memory = 'ME'): readonly string[] =>
      [...(memories.get(memory)?.values() ?? [])].map(({ pdu }) => pdu),

    /** Connects it; a modem on USB starts anew by that. */
    plug(to: Cable): void {
      cable = to;
      reboot();
    },
    unplug,
    hear(text: string): void {
      for (const character of text) {
        if (script.silent || deaf || cable === null) continue;
        if (state.echo) raw(character);
        typed(character);
      }
    },

    /** Another SIM, or somebody tidied up: a memory is empty. */
    empty: (memory = 'ME'): void => memories.get(memory)?.clear(),
    /** A text comes in: stored, and announced where that is asked for. */
    bring: (text: Omit<TextBrought, 'at'> & { at?: number }, memory?: string): void =>
      bring(deliverHex({ at: now(), ...text }), memory),
    /** The same with any PDU. */
    bringPdu: bring,
    report,
    /** Answers what is `held`. */
    release: () => release(),
    reboot,
    changeNetwork(stat: number): void {
      script.network = stat;
      if (state.registrations) unsolicited(`+CREG: ${stat}`);
    },
    say: unsolicited,
  };
}
export type ModemEmulator = ReturnType<typeof createModemEmulator>;
