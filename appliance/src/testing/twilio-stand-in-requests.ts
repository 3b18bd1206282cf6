/** What is wrong with a request to send, in Twilio's words; null when nothing is. */
export interface Complaint {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

const complaint = (code: number, message: string, status = 400): Complaint => ({ status, code, message });

export interface StandInAccount {
  readonly accountSid: string;
  readonly authToken: string;
  readonly numbers: readonly string[];
  readonly service: string;
  readonly optedOut: ReadonlySet<string>;
}

export const wrongCredentials = complaint(20003, 'Authenticate', 401);
export const tooManyRequests = complaint(20429, 'Too Many Requests', 429);
export const notFound = complaint(20404, 'The requested resource was not found', 404);
export const wrongPage = complaint(20001, 'Page size must be between 1 and 1000');

const isE164 = (text: string): boolean => /^\+[1-9]\d{6,14}$/u.test(text);

/** As far as can be seen without looking it up. */
const isPublic = (url: string): boolean => URL.canParse(url) && new URL(url).hostname !== 'localhost';

export function complaintAbout(form: URLSearchParams, account: StandInAccount): Complaint | null {
  const to = form.get('To') ?? '';
  const from = form.get('From');
  const service = form.get('MessagingServiceSid');
  const body = form.get('Body') ?? '';
  const validity = form.get('ValidityPeriod');
  const callback = form.get('StatusCallback');
  if (to === '') return complaint(21604, "A 'To' phone number is required.");
  if (from === null && service === null) return complaint(21603, "A 'From' phone number is required.");
  if (from !== null && !account.numbers.includes(from)) {
    return complaint(21606, "The 'From' phone number provided is not a valid, message-capable number");
  }
  if (service !== null && service !== account.service) {
    return complaint(21701, 'The Messaging Service does not exist');
  }
  if (body === '') return complaint(21602, 'Message body is required.');
  if ([...body].length > 1_600) return complaint(21617, 'The concatenated message body exceeds the limit');
  if (!isE164(to)) return complaint(21211, "Invalid 'To' Phone Number");
  if (
    validity !== null &&
    !(/^\d+$/u.test(validity) && Number(validity) >= 1 && Number(validity) <= 36_000)
  ) {
    return complaint(30024, 'ValidityPeriod must be between 1 and 36000 seconds');
  }
  if (callback !== null && !isPublic(callback)) return complaint(21609, 'Invalid StatusCallback URL');
  if (account.optedOut.has(to)) return complaint(21610, 'Attempt to send to unsubscribed recipient');
  return null;
}
