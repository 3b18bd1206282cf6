/** The network's side of the PDUs: reads what a modem was given to send, and makes what a modem is brought. */
import { gsmCodes } from '../../modules/messaging/gsm-alphabet.ts';
import { addressOctets, readAddress } from '../../modules/messaging/modem/pdu-address.ts';
import {
  fillBitsAfter,
  hexOf,
  OctetReader,
  octetsOf,
  packSemiOctets,
  packSeptets,
} from '../../modules/messaging/modem/pdu-octets.ts';
import { validityMs } from '../../modules/messaging/modem/pdu-time.ts';
import {
  codingOf,
  hasHeader,
  readUserData,
  type TextPart,
} from '../../modules/messaging/modem/received-pdu.ts';

export interface SubmittedPart {
  readonly to: string;
  readonly body: string;
  readonly part: TextPart | null;
  readonly validForMs: number;
  readonly wantsReport: boolean;
}

export function readSubmit(hex: string): SubmittedPart {
  const reader = new OctetReader(octetsOf(hex));
  reader.octets(reader.octet());
  const first = reader.octet();
  if ((first & 0x03) !== 1) throw new Error('not a SUBMIT');
  if ((first & 0x18) !== 0x10) throw new Error('not a relative validity period');
  reader.octet();
  const to = readAddress(reader);
  reader.octet();
  const coding = codingOf(reader.octet());
  const validForMs = validityMs(reader.octet());
  const { body, part } = readUserData(reader, coding, hasHeader(first));
  if (reader.left > 0) throw new Error('more octets than the PDU says');
  return { to, body, part, validForMs, wantsReport: (first & 0x20) !== 0 };
}

export interface TextBrought {
  readonly from: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** `wide`: with a reference of 16 bits. */
  readonly part?: TextPart & { readonly wide?: boolean };
}

/** A DELIVER; GSM-7 where the text allows it. `from` may be a name. */
export function deliverHex({ from, body, at, part }: TextBrought): string {
  const header = part === undefined ? [] : partHeader(part);
  const codes = [...body].map(gsmCodes);
  const known = codes.flatMap((pair) => pair ?? []);
  const isGsm = !codes.includes(null);
  const fillBits = fillBitsAfter(header.length);
  const unicode = Buffer.from(body, 'utf16le').swap16();
  const data = isGsm
    ? [(header.length * 8 + fillBits) / 7 + known.length, ...header, ...packSeptets(known, fillBits)]
    : [header.length + unicode.length, ...header, ...unicode];
  const octets = [
    header.length === 0 ? 0x04 : 0x44,
    ...senderOctets(from),
    0,
    isGsm ? 0 : 8,
    ...timeStampOctets(at),
    ...data,
  ];
  return `00${hexOf(Uint8Array.from(octets))}`;
}

function partHeader({ concatenation, total, sequence, wide = false }: NonNullable<TextBrought['part']>) {
  return wide
    ? [6, 8, 4, concatenation >> 8, concatenation & 0xff, total, sequence]
    : [5, 0, 3, concatenation, total, sequence];
}

function senderOctets(from: string): Uint8Array {
  if (/^\+?\d+$/u.test(from)) return addressOctets(from);
  const codes = [...from].flatMap((character) => gsmCodes(character) ?? []);
  return Uint8Array.from([Math.ceil((codes.length * 7) / 4), 0xd0, ...packSeptets(codes)]);
}

/** In UTC. */
function timeStampOctets(at: number): Uint8Array {
  const digits = new Date(at).toISOString().replace(/\D/gu, '').slice(2, 14);
  return packSemiOctets(`${digits}00`);
}

export function statusReportHex(report: {
  readonly messageReference: number;
  readonly to: string;
  readonly status: number;
  readonly at: number;
}): string {
  const { messageReference, to, status, at } = report;
  const time = timeStampOctets(at);
  return `00${hexOf(Uint8Array.from([0x06, messageReference, ...addressOctets(to), ...time, ...time, status]))}`;
}

/** How `+CDS` and `+CMT` count a PDU: without the service centre's address. */
export const octetsCounted = (hex: string): number =>
  hex.length / 2 - 1 - Number.parseInt(hex.slice(0, 2), 16);
