import { gsmCodes } from '../gsm-alphabet.ts';
import { cutIntoSegments } from '../sms-segments.ts';
import { addressOctets } from './pdu-address.ts';
import { fillBitsAfter, hexOf, PduError, packSeptets } from './pdu-octets.ts';
import { validityOctet } from './pdu-time.ts';

export interface Submit {
  /** E.164, or a short code. */
  readonly to: string;
  readonly body: string;
  readonly validForMs: number;
  /** 0 to 255: what the parts of one text have in common, and texts to the same phone have not. */
  readonly concatenation: number;
}

/** One part of a text, as `AT+CMGS` takes it. */
export interface SubmitPdu {
  /** Begins with the empty address of a service centre: the SIM's own. */
  readonly hex: string;
  /** Length for `AT+CMGS`: without the service centre. */
  readonly octets: number;
}

/** SMS-SUBMIT, relative validity period, status report requested; and with a user data header. */
const firstOctet = { plain: 0x31, withHeader: 0x71 };
const dataCoding = { 'GSM-7': 0x00, 'UCS-2': 0x08 } as const;
const mostParts = 255;

/** A text as the SUBMITs of its parts, 3GPP TS 23.040 section 9.2.2.2. Throws PduError `bad_number`, `too_long`. */
export function submitPdus({ to, body, validForMs, concatenation }: Submit): SubmitPdu[] {
  const { encoding, parts } = cutIntoSegments(body);
  if (parts.length > mostParts) throw new PduError('too_long');
  const address = addressOctets(to);
  return parts.map((part, place) => {
    const header = parts.length === 1 ? [] : [5, 0, 3, concatenation & 0xff, parts.length, place + 1];
    const octets = Uint8Array.from([
      header.length === 0 ? firstOctet.plain : firstOctet.withHeader,
      0, // the modem numbers its messages itself
      ...address,
      0, // no telematic interworking
      dataCoding[encoding],
      validityOctet(validForMs),
      ...(encoding === 'GSM-7' ? septetData(header, part) : unicodeData(header, part)),
    ]);
    return { hex: `00${hexOf(octets)}`, octets: octets.length };
  });
}

function septetData(header: readonly number[], text: string): number[] {
  const codes = [...text].flatMap((character) => gsmCodes(character) ?? []);
  const fillBits = fillBitsAfter(header.length);
  const headerSeptets = (header.length * 8 + fillBits) / 7;
  return [headerSeptets + codes.length, ...header, ...packSeptets(codes, fillBits)];
}

function unicodeData(header: readonly number[], text: string): number[] {
  const octets = Buffer.from(text, 'utf16le').swap16();
  return [header.length + octets.length, ...header, ...octets];
}
