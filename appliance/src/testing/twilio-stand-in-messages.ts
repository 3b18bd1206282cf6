import { randomBytes } from 'node:crypto';

/** A message as the stand-in keeps it. Moments are epoch milliseconds. */
export interface StandInMessage {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly service: string | null;
  readonly body: string;
  readonly direction: 'inbound' | 'outbound-api';
  readonly createdAt: number;
  readonly validitySeconds: number;
  readonly statusCallback: string | null;
  sentAt: number | null;
  status: string;
  errorCode: number | null;
}

/** Never given twice. */
export const newSid = (): string => `SM${randomBytes(16).toString('hex')}`;

const rfc2822 = (moment: number): string => new Date(moment).toUTCString().replace('GMT', '+0000');

/** The Message resource, with the fields and formats of Twilio's. */
export const resourceOf = (message: StandInMessage, account: string) => ({
  account_sid: account,
  api_version: '2010-04-01',
  body: message.body,
  date_created: rfc2822(message.createdAt),
  date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
  date_updated: rfc2822(message.sentAt ?? message.createdAt),
  direction: message.direction,
  error_code: message.errorCode,
  error_message: null,
  from: message.from,
  messaging_service_sid: message.service,
  num_media: '0',
  num_segments: '1',
  price: null,
  price_unit: 'USD',
  sid: message.sid,
  status: message.status,
  subresource_uris: { media: `/2010-04-01/Accounts/${account}/Messages/${message.sid}/Media.json` },
  to: message.to,
  uri: `/2010-04-01/Accounts/${account}/Messages/${message.sid}.json`,
});

/** Newest first by the moment of sending; what waits to be sent has none, and comes last. */
const bySending = (a: StandInMessage, b: StandInMessage): number =>
  (b.sentAt ?? 0) - (a.sentAt ?? 0) || b.createdAt - a.createdAt;

/** The page that `query` asks for, of `messages`, with Twilio's filters; undefined when it asks for too much. */
export function pageOf(messages: readonly StandInMessage[], query: URLSearchParams, account: string) {
  const size = Number(query.get('PageSize') ?? 50);
  const page = Number(query.get('Page') ?? 0);
  if (!Number.isInteger(size) || size < 1 || size > 1_000 || !Number.isInteger(page) || page < 0)
    return undefined;
  const after = dayOrMoment(query.get('DateSent>'));
  const before = dayOrMoment(query.get('DateSent<'));
  const fitting = messages
    .filter(
      ({ to, from, sentAt }) =>
        (query.get('To') ?? to) === to &&
        (query.get('From') ?? from) === from &&
        (after === undefined || (sentAt !== null && inSeconds(sentAt) >= after)) &&
        (before === undefined || (sentAt !== null && inSeconds(sentAt) <= before)),
    )
    .toSorted(bySending);
  const path = `/2010-04-01/Accounts/${account}/Messages.json`;
  const uriOf = (number: number) => {
    const asked = new URLSearchParams(query);
    asked.set('Page', String(number));
    return `${path}?${asked}`;
  };
  const items = fitting.slice(page * size, (page + 1) * size);
  return {
    first_page_uri: uriOf(0),
    end: page * size + items.length - 1,
    messages: items.map((message) => resourceOf(message, account)),
    next_page_uri: (page + 1) * size < fitting.length ? uriOf(page + 1) : null,
    page,
    page_size: size,
    previous_page_uri: page === 0 ? null : uriOf(page - 1),
    start: page * size,
    uri: uriOf(page),
  };
}

/** As the resource shows a moment. */
const inSeconds = (moment: number): number => Math.floor(moment / 1_000) * 1_000;
const dayOrMoment = (text: string | null): number | undefined =>
  text === null ? undefined : inSeconds(Date.parse(text));
