import { gsmText } from '../gsm-alphabet.ts';
import { readAddress } from './pdu-address.ts';
import { fillBitsAfter, hexOf, OctetReader, octetsOf, PduError, unpackSeptets } from './pdu-octets.ts';
import { readTimeStamp } from './pdu-time.ts';

/** Which piece of a longer text a DELIVER holds. */
export interface TextPart {
  /** Common to the parts of one text of one sender. */
  readonly concatenation: number;
  readonly total: number;
  /** 1 to `total`. */
  readonly sequence: number;
}

export interface DeliverPdu {
  readonly kind: 'deliver';
  /** E.164 where it is a number; short codes and names as they came. */
  readonly from: string;
  /** When the service centre had it, epoch milliseconds; null where it does not say. */
  readonly sentAt: number | null;
  /** The service centre's time stamp as it came, in hexadecimal. */
  readonly timeStamp: string;
  /** A part may end in half a surrogate pair, whose other half begins the next. */
  readonly body: string;
  readonly part: TextPart | null;
}

export interface StatusReportPdu {
  readonly kind: 'status_report';
  /** TP-MR, 0 to 255: the number the modem gave the message. */
  readonly messageReference: number;
  readonly to: string;
  /** TP-ST, section 9.2.3.15. */
  readonly status: number;
}

/** What a modem may hold that is neither: a draft, a text once sent from it. */
export interface OtherPdu {
  readonly kind: 'other';
}

export type ReceivedPdu = DeliverPdu | StatusReportPdu | OtherPdu;

/**
 * A PDU on its way to us, 3GPP TS 23.040 section 9.2.2, with its service centre's address in front. Throws PduError:
 * `malformed` where it cannot be read, `unsupported` where it is data for a program rather than a text.
 */
export function readReceivedPdu(hex: string): ReceivedPdu {
  const reader = new OctetReader(octetsOf(hex));
  reader.octets(reader.octet());
  const first = reader.octet();
  const type = first & 0x03;
  if (type === 0) return deliver(reader, hasHeader(first));
  return type === 2 ? statusReport(reader) : { kind: 'other' };
}

export const hasHeader = (firstOctet: number): boolean => (firstOctet & 0x40) !== 0;

function deliver(reader: OctetReader, withHeader: boolean): DeliverPdu {
  const from = readAddress(reader);
  reader.octet();
  const coding = codingOf(reader.octet());
  const timeStamp = reader.octets(7);
  const { body, part } = readUserData(reader, coding, withHeader);
  return { kind: 'deliver', from, sentAt: readTimeStamp(timeStamp), timeStamp: hexOf(timeStamp), body, part };
}

function statusReport(reader: OctetReader): StatusReportPdu {
  const messageReference = reader.octet();
  const to = readAddress(reader);
  reader.octets(14);
  return { kind: 'status_report', messageReference, to, status: reader.octet() };
}

export type DataCoding = 'septets' | 'unicode';

/** TP-DCS, 3GPP TS 23.038 section 4. Reserved codings are read as the default alphabet, as it asks. */
export function codingOf(octet: number): DataCoding {
  const group = octet >> 4;
  if (group === 0b1110) return 'unicode';
  if (group === 0b1111 && (octet & 0x04) !== 0) throw new PduError('unsupported');
  if (group > 0b0111) return 'septets';
  const compressed = (octet & 0x20) !== 0;
  const alphabet = (octet >> 2) & 0x03;
  if (compressed || alphabet === 1) throw new PduError('unsupported');
  return alphabet === 2 ? 'unicode' : 'septets';
}

/** TP-UDL and TP-UD: the length counts septets or octets, the header included. */
export function readUserData(
  reader: OctetReader,
  coding: DataCoding,
  withHeader: boolean,
): { body: string; part: TextPart | null } {
  const length = reader.octet();
  const octets = reader.octets(coding === 'septets' ? Math.ceil((length * 7) / 8) : length);
  const headerOctets = withHeader ? (octets[0] ?? 0) + 1 : 0;
  if (headerOctets > octets.length) throw new PduError('malformed');
  const part = withHeader ? readHeader(octets.subarray(1, headerOctets)) : null;
  const rest = octets.subarray(headerOctets);
  if (coding === 'unicode') return { body: unicodeText(rest), part };
  const fillBits = fillBitsAfter(headerOctets);
  const count = length - (headerOctets * 8 + fillBits) / 7;
  if (count < 0) throw new PduError('malformed');
  return { body: gsmText(unpackSeptets(rest, count, fillBits)), part };
}

const element = { part8: 0x00, port8: 0x04, port16: 0x05, part16: 0x08 };

/** TP-UDH, section 9.2.3.24: elements of a name, a length and their octets. Unknown ones are passed over. */
function readHeader(header: Uint8Array): TextPart | null {
  const reader = new OctetReader(header);
  let part: TextPart | null = null;
  while (reader.left > 0) {
    const name = reader.octet();
    const data = new OctetReader(reader.octets(reader.octet()));
    if (name === element.port8 || name === element.port16) throw new PduError('unsupported');
    if (name === element.part8) part = textPart(data.octet(), data);
    if (name === element.part16) part = textPart(data.octet() * 256 + data.octet(), data);
  }
  return part;
}

/** A part that cannot be is to be taken as a whole text: section 9.2.3.24.1. */
function textPart(concatenation: number, data: OctetReader): TextPart | null {
  const total = data.octet();
  const sequence = data.octet();
  return sequence < 1 || sequence > total ? null : { concatenation, total, sequence };
}

function unicodeText(octets: Uint8Array): string {
  const whole = Buffer.from(octets.subarray(0, octets.length - (octets.length % 2)));
  return whole.swap16().toString('utf16le');
}
